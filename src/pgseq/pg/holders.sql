-- Who stands in the way on the relations :relids, or on tables below them: sessions that hold a lock, or wait for one
-- ahead of us, in one of the modes :tables, on a sequence :sequences; and prepared transactions, which have no pid but
-- a lock on their transaction id under the same virtual one. The oldest transaction first.
-- Of other roles' sessions pg_stat_activity shows pid and application_name to everybody, the rest to pg_read_all_stats.
WITH RECURSIVE tree AS (
    SELECT relid, relid AS top FROM unnest('{:relids}'::oid[]) AS relid
    UNION
    SELECT i.inhrelid, t.top FROM tree t JOIN pg_catalog.pg_inherits i ON i.inhparent = t.relid
), locks AS MATERIALIZED (
    SELECT relation, pid, mode, database, locktype, transactionid, virtualtransaction FROM pg_catalog.pg_locks
), prepared AS (
    SELECT l.virtualtransaction, p.gid, p.prepared
      FROM locks l
      JOIN pg_catalog.pg_prepared_xacts p ON p.transaction = l.transactionid
     WHERE l.locktype = 'transactionid' AND l.pid IS NULL
)
SELECT t.top::bigint AS relid,
       l.pid,
       coalesce(a.application_name, '') AS application,
       p.gid,
       quote_literal(p.gid) AS gid_literal,
       coalesce(a.state, '') AS state,
       coalesce(left(a.query, 200), '') AS query,
       extract(epoch FROM clock_timestamp() - min(coalesce(a.xact_start, p.prepared)))::int AS seconds
  FROM locks l
  JOIN tree t ON l.relation = t.relid
  JOIN pg_catalog.pg_class c ON c.oid = t.relid
  LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
  LEFT JOIN prepared p ON l.pid IS NULL AND p.virtualtransaction = l.virtualtransaction
 WHERE l.pid IS DISTINCT FROM pg_backend_pid()
   AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
   AND l.mode = ANY (CASE c.relkind WHEN 'S' THEN '{:sequences}'::text[] ELSE '{:tables}'::text[] END)
 GROUP BY t.top, l.pid, a.application_name, a.state, a.query, p.gid
 ORDER BY seconds DESC NULLS LAST
