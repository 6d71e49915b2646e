-- One database of one running server: when the server started, and who could still write there. A setting of the role or
-- the client says nothing of other sessions. Of other roles' sessions backend_type may be hidden, those that send WAL are
-- known by their pid.
SELECT pg_postmaster_start_time()::text AS started,
       (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = current_database())::bigint AS database,
       (SELECT s.setting = 'on' AND s.source NOT IN ('user', 'database user', 'client', 'session')
          FROM pg_catalog.pg_settings s WHERE s.name = 'default_transaction_read_only') AS closed,
       (SELECT count(*) FROM pg_catalog.pg_stat_activity a
         WHERE a.datname = current_database() AND a.pid <> pg_backend_pid()
           AND coalesce(a.backend_type, 'client backend') = 'client backend'
           AND a.pid NOT IN (SELECT r.pid FROM pg_catalog.pg_stat_replication r)) AS others
