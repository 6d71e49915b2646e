-- The sequences of the oids after :low up to :high, but those of the system and of other sessions' temporary schemas, with
-- their definition (pg_sequence) and what the current role may do with them. has_sequence_privilege() is NULL for a sequence dropped at this moment.
WITH trusted AS MATERIALIZED (
{:trusted}
)
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
       c.relowner::bigint AS owner,
       c.relowner IN (SELECT oid FROM trusted) AND n.nspowner IN (SELECT oid FROM trusted) AS trusted,
       e.extname::text AS extension,
       own.all OR coalesce(has_sequence_privilege(c.oid, 'SELECT'), false) AS may_select,
       own.all OR coalesce(has_sequence_privilege(c.oid, 'USAGE'), false) AS may_use,
       own.all OR coalesce(has_sequence_privilege(c.oid, 'UPDATE'), false) AS may_update,
       coalesce(has_schema_privilege(n.oid, 'USAGE'), false) AS may_enter,
       c.relpersistence = 'p' AS by_function    -- since 18
       false AS by_function                     -- before 18
  FROM pg_catalog.pg_sequence s
  JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_depend x
         ON x.classid = 'pg_catalog.pg_class'::regclass AND x.objid = c.oid AND x.deptype = 'e'
  LEFT JOIN pg_catalog.pg_extension e ON e.oid = x.refobjid
 CROSS JOIN (SELECT oid, rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) AS me
 -- The functions look up, and the backend keeps, what concerns each relation: not needed where nothing was ever granted.
 CROSS JOIN LATERAL (SELECT me.rolsuper OR c.relowner = me.oid AND c.relacl IS NULL AS "all") AS own
 WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
   AND NOT pg_is_other_temp_schema(n.oid)
   AND s.seqrelid > '{:low}'::oid AND s.seqrelid <= '{:high}'::oid
   AND c.oid > '{:low}'::oid AND c.oid <= '{:high}'::oid -- else all of pg_class is read for each part
 ORDER BY c.oid
