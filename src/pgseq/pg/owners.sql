-- Of the tables :relids: whether the owners of each, of all below it and of its schema are trusted, and whether the current
-- role may lock it.
WITH RECURSIVE trusted AS MATERIALIZED (
{:trusted}
), tree AS (
    SELECT relid AS top, relid FROM unnest('{:relids}'::oid[]) AS relid
    UNION
    SELECT t.top, i.inhrelid FROM tree t JOIN pg_catalog.pg_inherits i ON i.inhparent = t.relid
)
SELECT t.top::bigint AS relid,
       bool_and(c.relowner IN (SELECT oid FROM trusted) AND n.nspowner IN (SELECT oid FROM trusted)) AS trusted,
       coalesce(has_table_privilege(t.top, 'SELECT'), false)
       AND count(*) = 1      -- before 13
           AS may_share
  FROM tree t
  JOIN pg_catalog.pg_class c ON c.oid = t.relid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 GROUP BY t.top
