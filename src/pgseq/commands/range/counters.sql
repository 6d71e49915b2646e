-- Blocks of each sequence fetched since the counters began, without scans: every nextval() is one (CACHE n: one for n
-- values), and so are setval() and every look at the position by a function. `since`: when they began.
SELECT c.oid::bigint AS oid,
       greatest(pg_stat_get_blocks_fetched(c.oid) - pg_stat_get_numscans(c.oid), 0) AS calls,
       (SELECT d.stats_reset::timestamptz(0)::text FROM pg_catalog.pg_stat_database d
         WHERE d.datname = current_database()) AS since
  FROM pg_catalog.pg_class c
 WHERE c.relkind = 'S'
