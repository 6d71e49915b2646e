-- Every sequence but those of the system and of other sessions' temporary schemas, with its definition (pg_sequence) and
-- what the current role may do with it. has_sequence_privilege() is NULL for a sequence dropped at this moment.
SELECT c.oid::bigint AS oid,
       n.nspname::text AS schema,
       c.relname::text AS name,
       quote_ident(n.nspname) AS schema_sql,
       format('%I.%I', n.nspname, c.relname) AS sql,
       quote_literal(format('%I.%I', n.nspname, c.relname)) AS literal,
       format_type(s.seqtypid, NULL) AS data_type,
       s.seqstart AS start,
       s.seqincrement AS increment,
       s.seqmin AS min,
       s.seqmax AS max,
       s.seqcache AS cache,
       s.seqcycle AS cycle,
       c.relpersistence::text AS persistence,
       e.extname::text AS extension,
       coalesce(has_sequence_privilege(c.oid, 'SELECT'), false) AS may_select,
       coalesce(has_sequence_privilege(c.oid, 'USAGE'), false) AS may_use,
       coalesce(has_sequence_privilege(c.oid, 'UPDATE'), false) AS may_update,
       coalesce(has_schema_privilege(n.oid, 'USAGE'), false) AS may_enter
  FROM pg_catalog.pg_sequence s
  JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_depend x
         ON x.classid = 'pg_catalog.pg_class'::regclass AND x.objid = c.oid AND x.deptype = 'e'
  LEFT JOIN pg_catalog.pg_extension e ON e.oid = x.refobjid
 WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
   AND NOT pg_is_other_temp_schema(n.oid)
 ORDER BY c.oid
