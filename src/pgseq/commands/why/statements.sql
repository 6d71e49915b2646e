-- The texts in pg_stat_statements, in the extension's schema :schema, that may bring ids along or move a sequence. The
-- view shows other roles' texts to members of pg_read_all_stats alone.
SELECT coalesce(r.rolname::text, 'a dropped role') AS role,
       s.query,
       sum(s.calls)::bigint AS calls,
       sum(s.rows)::bigint AS rows
  FROM {:schema}.pg_stat_statements s
  JOIN pg_catalog.pg_database d ON d.oid = s.dbid
  LEFT JOIN pg_catalog.pg_roles r ON r.oid = s.userid
 WHERE d.datname = pg_catalog.current_database()
   AND length(s.query) <= {:longest}
   AND s.query ~* '\m(insert|copy|merge|update|setval|restart)\M'
 GROUP BY 1, 2
 ORDER BY 3 DESC, 2
