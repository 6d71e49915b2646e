-- The other sessions of this database but pgseq's own, the oldest first: any of them may hold a block of a cached sequence,
-- which no view shows. Of other roles' sessions pid and application_name are visible to everybody, backend_type is not.
SELECT a.pid, coalesce(a.application_name, '') AS application
  FROM pg_catalog.pg_stat_activity a
 WHERE a.datname = current_database() AND a.pid <> pg_backend_pid() AND a.application_name IS DISTINCT FROM 'pgseq'
   AND coalesce(a.backend_type, 'client backend') = 'client backend'
   AND a.pid NOT IN (SELECT r.pid FROM pg_catalog.pg_stat_replication r)
 ORDER BY a.backend_start
