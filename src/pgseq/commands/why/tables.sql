-- The tables :relids and all below them, a row a (root, table) pair. A row of pg_attribute for ctid is written once, when
-- the table is created; where pg_inherits was written by another transaction, the table was attached later.
WITH RECURSIVE tree AS (
    SELECT r AS root, r AS relid, false AS attached FROM unnest('{:relids}'::oid[]) AS r
    UNION
    SELECT t.root, i.inhrelid, i.xmin <> a.xmin
      FROM tree t
      JOIN pg_catalog.pg_inherits i ON i.inhparent = t.relid
      JOIN pg_catalog.pg_attribute a ON a.attrelid = i.inhrelid AND a.attnum = -1
)
SELECT t.root::bigint AS root,
       c.oid::bigint AS relid,
       n.nspname::text AS schema,
       c.relname::text AS name,
       format('%I.%I', n.nspname, c.relname) AS sql,
       c.relkind <> 'p' AS holds_rows,
       ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
              WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum) AS columns,
       (SELECT count(*) FROM pg_catalog.pg_class o
         WHERE o.relname = c.relname AND o.oid <> c.oid AND o.relkind IN ('r', 'p', 'v', 'f')) AS namesakes,
       coalesce(pg_stat_get_tuples_inserted(c.oid), 0) AS inserts,
       t.attached,
       c.relfilenode <> 0 AND c.relfilenode <> c.oid AS rewritten,
       (SELECT a.xmin::text::bigint FROM pg_catalog.pg_attribute a
         WHERE a.attrelid = c.oid AND a.attnum = -1) AS created
  FROM tree t
  JOIN pg_catalog.pg_class c ON c.oid = t.relid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 ORDER BY t.root, c.oid
