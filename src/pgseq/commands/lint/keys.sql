-- The integer columns that lead a unique index, so that both ends of what they hold are at hand; `locks`: those that
-- reading one takes, its table's indexes counted.
SELECT DISTINCT
       c.oid::bigint AS relid,
       a.attname::text AS "column",
       format('%I.%I', n.nspname, c.relname) AS table_sql,
       quote_ident(a.attname) AS column_sql,
       1 + (SELECT count(*) FROM pg_catalog.pg_index x WHERE x.indrelid = c.oid) AS locks
  FROM pg_catalog.pg_index i
  JOIN pg_catalog.pg_class c ON c.oid = i.indrelid AND c.relkind = 'r' AND c.relpersistence <> 't'
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0] AND a.attnum > 0
 WHERE i.indisunique AND i.indisvalid AND i.indpred IS NULL
   AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
   AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
 ORDER BY 1, 2
