-- The database at the other end and the session's own settings, before pgseq sets any: search_path may lead anywhere.
SELECT pg_catalog.current_database()::pg_catalog.text AS database,
       pg_catalog.split_part(pg_catalog.current_setting('server_version'), ' ', 1) AS version,
       pg_catalog.current_setting('server_version_num')::pg_catalog.int4 AS version_num,
       pg_catalog.pg_is_in_recovery() AS in_recovery,
       pg_catalog.current_setting('default_transaction_read_only')::pg_catalog.bool AS read_only,
       pg_catalog.current_setting('transaction_isolation') AS isolation,
       pg_catalog.current_setting('transaction_read_only')::pg_catalog.bool AS transaction_read_only,
       pg_catalog.current_schemas(false)::pg_catalog.text[] AS search_path,
       pg_catalog.quote_ident(current_user) AS role,
       pg_catalog.current_setting('max_locks_per_transaction')::pg_catalog.int4
           OPERATOR(pg_catalog.*)
           (pg_catalog.current_setting('max_connections')::pg_catalog.int4
            OPERATOR(pg_catalog.+) pg_catalog.current_setting('max_prepared_transactions')::pg_catalog.int4)
           AS lock_slots,
       pg_catalog.version() AS full_version,
       EXISTS (SELECT FROM pg_catalog.pg_extension
                WHERE extname OPERATOR(pg_catalog.=) 'citus'::pg_catalog.name) AS citus,
       pg_catalog.to_char(pg_catalog.timezone('UTC', pg_catalog.clock_timestamp()), 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')
           AS server_time
