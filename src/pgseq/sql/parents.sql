-- Who inherits from whom; `locks`: those that reading the child takes, its indexes counted.
SELECT i.inhrelid::bigint AS child, i.inhparent::bigint AS parent,
       n.nspname::text AS schema,
       c.relname::text AS name,
       format('%I.%I', n.nspname, c.relname) AS sql,
       c.relkind::text AS relkind,
       c.relispartition AS is_partition,
       1 + (SELECT count(*) FROM pg_catalog.pg_index x WHERE x.indrelid = c.oid) AS locks
  FROM pg_catalog.pg_inherits i
{:inherits}
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE i.inhrelid > '{:low}'::oid AND i.inhrelid <= '{:high}'::oid
 ORDER BY i.inhrelid, i.inhparent
