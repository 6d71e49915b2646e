-- What tells whether the catalog has changed since a first look: how many rows each of its tables has that sequences, columns
-- and rights stand in, and which of them come from transactions not over at the first look. Those are the ones from :since
-- on, the oldest then running (NULL: now). A row changed later is among them, a row deleted later is missing.
-- A query a table, each of its rows given to :mark: to group the rows of all takes the server twice as long.
WITH look AS MATERIALIZED (
    SELECT since, age((since & 4294967295)::text::xid) AS age
      FROM (SELECT coalesce({:since}::bigint, txid_snapshot_xmin(txid_current_snapshot())) AS since) AS first
), mark (number, rows, recent) AS (
    SELECT 1, {:mark} FROM pg_catalog.pg_sequence
    UNION ALL SELECT 2, {:mark} FROM pg_catalog.pg_class
    UNION ALL SELECT 3, {:mark} FROM pg_catalog.pg_attribute
    UNION ALL SELECT 4, {:mark} FROM pg_catalog.pg_attrdef
    UNION ALL SELECT 5, {:mark} FROM pg_catalog.pg_depend
    UNION ALL SELECT 6, {:mark} FROM pg_catalog.pg_inherits
    UNION ALL SELECT 7, {:mark} FROM pg_catalog.pg_index
    UNION ALL SELECT 8, {:mark} FROM pg_catalog.pg_type
    UNION ALL SELECT 9, {:mark} FROM pg_catalog.pg_proc
    UNION ALL SELECT 10, {:mark} FROM pg_catalog.pg_namespace
    UNION ALL SELECT 11, {:mark} FROM pg_catalog.pg_auth_members
)
SELECT (SELECT since FROM look) AS since, array_agg(rows ORDER BY number) AS rows, array_agg(recent ORDER BY number) AS recent
  FROM mark
