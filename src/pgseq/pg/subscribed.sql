-- Which of the tables :relids logical replication fills. Of pg_subscription only the columns are read that are granted to
-- everybody (system_views.sql); its oid is one of them since 14, before that all subscriptions of the database are named.
-- Sequences are not replicated (PostgreSQL documentation, "Logical Replication Restrictions").
SELECT r.srrelid::bigint AS relid,
       string_agg(s.subname::text, ' or ' ORDER BY s.subname) AS subscription,
       bool_or(s.subenabled) AS enabled,
       r.srsubstate::text AS state
  FROM pg_catalog.pg_subscription_rel r
  JOIN pg_catalog.pg_subscription s ON s.oid = r.srsubid -- since 14
  JOIN pg_catalog.pg_database d ON d.datname = current_database() -- before 14
  JOIN pg_catalog.pg_subscription s ON s.subdbid = d.oid -- before 14
 WHERE r.srrelid = ANY ('{:relids}'::oid[])
 GROUP BY r.srrelid, r.srsubid, r.srsubstate
 ORDER BY r.srrelid, 2
