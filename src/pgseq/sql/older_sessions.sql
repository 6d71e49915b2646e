-- The other sessions of this database, the oldest first: any of them may hold a block of a cached sequence, which no view
-- shows. Of other roles' sessions pid and application_name are visible to everybody.
SELECT a.pid, coalesce(a.application_name, '') AS application
  FROM pg_catalog.pg_stat_activity a
 WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND a.backend_type = 'client backend'
 ORDER BY a.backend_start
