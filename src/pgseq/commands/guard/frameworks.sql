-- The tables in which frameworks and migration tools note what they have run, :names in lower case, with their columns.
SELECT c.relname::text AS name,
       format('%I.%I', n.nspname, c.relname) AS table_sql,
       ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
              WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum) AS columns
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p') AND lower(c.relname) = ANY ('{:names}'::text[])
 ORDER BY n.nspname, c.relname
