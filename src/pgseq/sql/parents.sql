-- Who inherits from whom, tables only (partitioned indexes stand in pg_inherits too); `locks`: those that reading the child
-- takes, its indexes counted. Left out is what reading the parent leaves out: other sessions' temporary tables, and a
-- partition that is being detached.
SELECT i.inhrelid::bigint AS child, i.inhparent::bigint AS parent,
       n.nspname::text AS schema,
       c.relname::text AS name,
       format('%I.%I', n.nspname, c.relname) AS sql,
       c.relkind::text AS relkind,
       c.relispartition AS is_partition,
       1 + (SELECT count(*) FROM pg_catalog.pg_index x WHERE x.indrelid = c.oid) AS locks
  FROM pg_catalog.pg_inherits i
  JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid AND c.relkind IN ('r', 'p', 'f')
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE i.inhrelid > '{:low}'::oid AND i.inhrelid <= '{:high}'::oid
   AND NOT pg_is_other_temp_schema(n.oid)
   AND (to_jsonb(i) ->> 'inhdetachpending') IS DISTINCT FROM 'true' -- since 14, which others do not have to know
 ORDER BY i.inhrelid, i.inhparent
