-- Who stands in the way on the relations :relids, or on tables below them: sessions that hold a lock, or wait for one
-- ahead of us, in one of :modes; on a sequence, in a mode that conflicts with nextval(). The oldest transaction first.
-- Of other roles' sessions pg_stat_activity shows pid and application_name to everybody, the rest to pg_read_all_stats.
WITH RECURSIVE tree AS (
    SELECT relid, relid AS top FROM unnest('{:relids}'::oid[]) AS relid
    UNION
    SELECT i.inhrelid, t.top FROM tree t JOIN pg_catalog.pg_inherits i ON i.inhparent = t.relid
)
SELECT t.top::bigint AS relid,
       l.pid,
       coalesce(a.application_name, '') AS application,
       extract(epoch FROM clock_timestamp() - min(a.xact_start))::int AS seconds
  FROM pg_catalog.pg_locks l
  JOIN tree t ON l.relation = t.relid
  JOIN pg_catalog.pg_class c ON c.oid = t.relid
  LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
 WHERE l.pid IS DISTINCT FROM pg_backend_pid()
   AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
   AND (l.mode = ANY ('{:modes}'::text[])
        OR c.relkind = 'S' AND l.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'))
 GROUP BY t.top, l.pid, a.application_name
 ORDER BY seconds DESC NULLS LAST
