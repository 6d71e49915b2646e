-- What tells whether the catalog has changed since a first look: how many rows each of its tables has that sequences, columns
-- and rights stand in, and which of them come from transactions not over at the first look. Those are the ones from :since
-- on, the oldest then running (NULL: now). A row changed later is among them, a row deleted later is missing.
WITH look AS MATERIALIZED (
    SELECT since, age((since & 4294967295)::text::xid) AS age
      FROM (SELECT coalesce({:since}::bigint, txid_snapshot_xmin(txid_current_snapshot())) AS since) AS first
), mark (place, rows, recent) AS (
    SELECT 1, count(*), sum(hashtext(c.xmin::text || c.ctid)) FILTER (WHERE age(c.xmin) <= look.age)
      FROM look, pg_catalog.pg_sequence c
    UNION ALL
    SELECT 2, count(*), sum(hashtext(c.xmin::text || c.ctid)) FILTER (WHERE age(c.xmin) <= look.age)
      FROM look, pg_catalog.pg_class c
    UNION ALL
    SELECT 3, count(*), sum(hashtext(c.xmin::text || c.ctid)) FILTER (WHERE age(c.xmin) <= look.age)
      FROM look, pg_catalog.pg_attribute c
    UNION ALL
    SELECT 4, count(*), sum(hashtext(c.xmin::text || c.ctid)) FILTER (WHERE age(c.xmin) <= look.age)
      FROM look, pg_catalog.pg_attrdef c
    UNION ALL
    SELECT 5, count(*), sum(hashtext(c.xmin::text || c.ctid)) FILTER (WHERE age(c.xmin) <= look.age)
      FROM look, pg_catalog.pg_depend c
    UNION ALL
    SELECT 6, count(*), sum(hashtext(c.xmin::text || c.ctid)) FILTER (WHERE age(c.xmin) <= look.age)
      FROM look, pg_catalog.pg_inherits c
    UNION ALL
    SELECT 7, count(*), sum(hashtext(c.xmin::text || c.ctid)) FILTER (WHERE age(c.xmin) <= look.age)
      FROM look, pg_catalog.pg_index c
    UNION ALL
    SELECT 8, count(*), sum(hashtext(c.xmin::text || c.ctid)) FILTER (WHERE age(c.xmin) <= look.age)
      FROM look, pg_catalog.pg_type c
    UNION ALL
    SELECT 9, count(*), sum(hashtext(c.xmin::text || c.ctid)) FILTER (WHERE age(c.xmin) <= look.age)
      FROM look, pg_catalog.pg_namespace c
    UNION ALL
    SELECT 10, count(*), sum(hashtext(c.xmin::text || c.ctid)) FILTER (WHERE age(c.xmin) <= look.age)
      FROM look, pg_catalog.pg_auth_members c
)
SELECT (SELECT since FROM look) AS since, array_agg(rows ORDER BY place) AS rows, array_agg(recent ORDER BY place) AS recent
  FROM mark
