-- What tells whether the catalog has changed since a first look: how many rows each of its tables has that sequences, columns
-- and rights stand in, and which of them come from transactions not over at the first look. Those are the ones from :since
-- on, the oldest then running (NULL: now). A row changed later is among them, a row deleted later is missing.
WITH look AS MATERIALIZED (
    SELECT since, age((since & 4294967295)::text::xid) AS age
      FROM (SELECT coalesce({:since}::bigint, txid_snapshot_xmin(txid_current_snapshot())) AS since) AS first
), version AS (
    SELECT tableoid, xmin, ctid FROM pg_catalog.pg_sequence
    UNION ALL SELECT tableoid, xmin, ctid FROM pg_catalog.pg_class
    UNION ALL SELECT tableoid, xmin, ctid FROM pg_catalog.pg_attribute
    UNION ALL SELECT tableoid, xmin, ctid FROM pg_catalog.pg_attrdef
    UNION ALL SELECT tableoid, xmin, ctid FROM pg_catalog.pg_depend
    UNION ALL SELECT tableoid, xmin, ctid FROM pg_catalog.pg_inherits
    UNION ALL SELECT tableoid, xmin, ctid FROM pg_catalog.pg_index
    UNION ALL SELECT tableoid, xmin, ctid FROM pg_catalog.pg_type
    UNION ALL SELECT tableoid, xmin, ctid FROM pg_catalog.pg_proc
    UNION ALL SELECT tableoid, xmin, ctid FROM pg_catalog.pg_namespace
    UNION ALL SELECT tableoid, xmin, ctid FROM pg_catalog.pg_auth_members
), mark AS (
    SELECT tableoid, count(*) AS rows,
           sum(hashtext(xmin::text || ctid)) FILTER (WHERE age(xmin) <= look.age) AS recent
      FROM version, look
     GROUP BY tableoid
)
SELECT (SELECT since FROM look) AS since, array_agg(rows ORDER BY tableoid) AS rows, array_agg(recent ORDER BY tableoid) AS recent
  FROM mark
