-- The columns :columns of the tables :tables (names; an empty array: of any table): what an INSERT that leaves them out
-- would store. `key`: the column alone is the primary key, and of an integer type. `sequences`: unlinked sequences that
-- bear the name which a serial's would have.
SELECT c.oid::bigint AS relid,
       n.nspname::text AS schema,
       c.relname::text AS table,
       format('%I.%I', n.nspname, c.relname) AS table_sql,
       a.attname::text AS column,
       quote_ident(a.attname) AS column_sql,
       pg_get_expr(d.adbin, d.adrelid) AS expression,
       a.attidentity::text AS identity,
       a.attgenerated <> '' AS generated,
       format_type(a.atttypid, NULL) IN ('smallint', 'integer', 'bigint', 'numeric')
           AND EXISTS (SELECT FROM pg_catalog.pg_index i
                        WHERE i.indrelid = c.oid AND i.indisprimary AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum) AS key,
       ARRAY(SELECT format('%I.%I', m.nspname, s.relname)
               FROM pg_catalog.pg_class s JOIN pg_catalog.pg_namespace m ON m.oid = s.relnamespace
              WHERE s.relkind = 'S' AND s.relnamespace = c.relnamespace
                AND s.relname = c.relname || '_' || a.attname || '_seq') AS sequences
  FROM pg_catalog.pg_attribute a
  JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'f')
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
 WHERE a.attnum > 0 AND NOT a.attisdropped
   AND a.attname::text = ANY ({:columns})
   AND (c.relname::text = ANY ({:tables}) OR {:tables} = '{}'::text[])
   AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
   AND NOT pg_is_other_temp_schema(n.oid)
 ORDER BY n.nspname, c.relname
