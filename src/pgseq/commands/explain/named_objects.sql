-- What bears one of the names :names, whatever the case of its letters: tables, views, indexes, sequences, and constraints
-- that have no index. `columns`: all of a table, those that a constraint is about.
SELECT n.nspname::text AS schema,
       c.relname::text AS name,
       format('%I.%I', n.nspname, c.relname) AS sql,
       CASE c.relkind WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
                      WHEN 'i' THEN 'index' WHEN 'I' THEN 'index' ELSE 'table' END AS kind,
       coalesce(i.indrelid, c.oid)::bigint AS relid,
       ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
              WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f')
              ORDER BY a.attnum) AS columns
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
 WHERE lower(c.relname) = ANY (SELECT lower(name) FROM unnest({:names}) AS name)
   AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'i', 'I', 'S')
   AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
   AND NOT pg_is_other_temp_schema(n.oid)
UNION ALL
SELECT n.nspname::text, k.conname::text, format('%I of %I.%I', k.conname, n.nspname, c.relname),
       CASE k.contype WHEN 'f' THEN 'foreign key' WHEN 'c' THEN 'check constraint' WHEN 'n' THEN 'not-null constraint'
                      ELSE 'constraint' END,
       c.oid::bigint,
       ARRAY[]::text[]
  FROM pg_catalog.pg_constraint k
  JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE lower(k.conname) = ANY (SELECT lower(name) FROM unnest({:names}) AS name)
   AND k.contype NOT IN ('p', 'u', 'x')
   AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
 ORDER BY 1, 2, 4
