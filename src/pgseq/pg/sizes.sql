-- Bytes of the heap of the tables :relids, as far as their files can be asked without waiting for a lock: pg_relation_size() opens
-- a table as a reader does.
SELECT r.oid::bigint AS oid, coalesce(pg_relation_size(r.oid), 0) AS bytes
  FROM unnest('{:relids}'::oid[]) AS r (oid)
 WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_locks l
                    WHERE l.relation = r.oid AND l.mode = 'AccessExclusiveLock' AND l.pid <> pg_catalog.pg_backend_pid()
                      AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database()))
