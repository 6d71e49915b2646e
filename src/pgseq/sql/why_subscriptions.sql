-- Which of the tables :relids logical replication fills. Of pg_subscription only the columns are read that are granted to
-- everybody (system_views.sql). Sequences are not replicated (PostgreSQL documentation, "Logical Replication
-- Restrictions").
SELECT r.srrelid::bigint AS relid,
       s.subname::text AS subscription,
       s.subenabled AS enabled,
       r.srsubstate::text AS state
  FROM pg_catalog.pg_subscription_rel r
  JOIN pg_catalog.pg_subscription s ON s.oid = r.srsubid
 WHERE r.srrelid = ANY ('{:relids}'::oid[])
 ORDER BY r.srrelid, s.subname
