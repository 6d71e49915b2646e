-- One database of one running server: when the server started, in microseconds (a text would depend on the session's
-- TimeZone), and who could still write there. A setting of the role or the client says nothing of other sessions; but
-- where a role has one of its own, that beats the database's (PostgreSQL documentation, ALTER ROLE). Of other roles'
-- sessions backend_type may be hidden, those that send WAL are known by their pid; pgseq's own only read.
SELECT (extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint AS started,
       here.oid::bigint AS database,
       (SELECT s.setting = 'on' AND s.source NOT IN ('user', 'database user', 'client', 'session')
          FROM pg_catalog.pg_settings s WHERE s.name = 'default_transaction_read_only') AS read_only,
       ARRAY(SELECT quote_ident(own.rolname)
               FROM (SELECT DISTINCT ON (r.oid) r.rolname, split_part(c.line, '=', 2)::boolean AS read_only
                       FROM pg_catalog.pg_db_role_setting s
                       JOIN pg_catalog.pg_roles r ON r.oid = s.setrole
                      CROSS JOIN LATERAL unnest(s.setconfig) AS c (line)
                      WHERE s.setdatabase IN (0, here.oid) AND c.line LIKE 'default\_transaction\_read\_only=%'
                        AND r.rolcanlogin AND has_database_privilege(r.oid, here.oid, 'CONNECT')
                      ORDER BY r.oid, s.setdatabase DESC) AS own
              WHERE NOT own.read_only
              ORDER BY own.rolname) AS exempt,
       (SELECT count(*) FROM pg_catalog.pg_stat_activity a
         WHERE a.datname = current_database() AND a.pid <> pg_backend_pid()
           AND a.application_name IS DISTINCT FROM 'pgseq'
           AND coalesce(a.backend_type, 'client backend') = 'client backend'
           AND a.pid NOT IN (SELECT r.pid FROM pg_catalog.pg_stat_replication r)) AS others
  FROM pg_catalog.pg_database here
 WHERE here.datname = current_database()
