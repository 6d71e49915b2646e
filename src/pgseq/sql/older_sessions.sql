-- Other sessions of this database that may hold values of a cached sequence: those that have ever run a statement since
-- they were opened. Of other roles' sessions pid and application_name are visible to everybody.
SELECT a.pid, coalesce(a.application_name, '') AS application
  FROM pg_catalog.pg_stat_activity a
 WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND a.backend_type = 'client backend'
 ORDER BY a.backend_start
