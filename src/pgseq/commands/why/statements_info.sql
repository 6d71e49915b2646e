-- Since when texts are kept, and how often the least used were dropped (pg_stat_statements 1.9 and later).
SELECT i.stats_reset::timestamptz(0)::text AS since,
       i.dealloc AS evicted
  FROM {:schema}.pg_stat_statements_info i
