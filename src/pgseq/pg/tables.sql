-- Names that a table pattern may have meant.
SELECT n.nspname::text AS schema, c.relname::text AS name
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'f', 'v', 'S')
   AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
