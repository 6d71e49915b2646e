-- Which sources there are to tell how a sequence got where it is. pg_stat_statements.max exists once the library is
-- loaded. Everybody may read all of this.
SELECT d.stats_reset::timestamptz(0)::text AS stats_reset,
       pg_catalog.current_setting('log_statement') AS log_statement,
       pg_catalog.quote_ident(n.nspname) AS statements_schema,
       pg_catalog.current_setting('pg_stat_statements.max', true) IS NOT NULL AS statements_loaded,
       pg_catalog.current_setting('pg_stat_statements.track', true) AS statements_track,
       pg_catalog.current_setting('pg_stat_statements.track_utility', true) AS track_utility,
       EXISTS (SELECT FROM pg_catalog.pg_class c
                 JOIN pg_catalog.pg_depend m ON m.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                  AND m.objid = c.oid AND m.deptype = 'e'
                  AND m.refclassid = 'pg_catalog.pg_extension'::pg_catalog.regclass AND m.refobjid = e.oid
                WHERE c.relnamespace = n.oid AND c.relname = 'pg_stat_statements_info') AS statements_info
  FROM pg_catalog.pg_stat_database d
  LEFT JOIN pg_catalog.pg_extension e ON e.extname = 'pg_stat_statements'
  LEFT JOIN pg_catalog.pg_namespace n ON n.oid = e.extnamespace
 WHERE d.datname = pg_catalog.current_database()
