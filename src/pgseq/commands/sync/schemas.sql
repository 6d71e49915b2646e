-- The names of all schemas.
SELECT n.nspname::text AS name
  FROM pg_catalog.pg_namespace n
