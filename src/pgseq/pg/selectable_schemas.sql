-- Names that a schema pattern may have meant.
SELECT n.nspname::text AS schema
  FROM pg_catalog.pg_namespace n
 WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')
   AND n.nspname !~ '^pg_(toast|temp|toast_temp)'
