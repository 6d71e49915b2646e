-- No row, and an error where one of :tables (rows of oid, kinds, name, columns, type) is not what it was when it was looked at: its name
-- means another relation than that and those below it, or one of another kind, or the planner would evaluate a function
-- or an operator that is not the server's own (planned_code.sql). Asked behind the lock, before reading.
-- Tables, and indexes whose keys are plain columns, depend on no function or operator: partition keys and expressions do.
WITH RECURSIVE known (relid, kinds, name, columns, type) AS (VALUES {:tables}), tree AS (
    SELECT relid AS top, relid FROM known
    UNION
    SELECT t.top, i.inhrelid FROM tree t JOIN pg_catalog.pg_inherits i ON i.inhparent = t.relid
)
SELECT {:answer}
  FROM known k
 WHERE NOT EXISTS (SELECT FROM tree t
                     JOIN pg_catalog.pg_class c ON c.oid = t.relid AND strpos(k.kinds, c.relkind::text) > 0
                    WHERE t.top = k.relid AND t.relid = to_regclass(k.name))
    OR EXISTS (SELECT FROM pg_catalog.pg_attribute a
                WHERE a.attrelid = to_regclass(k.name) AND a.attname = ANY (k.columns)
                  AND a.atttypid >= 16384 AND a.atttypid <> k.type)
    OR EXISTS (SELECT FROM tree t, LATERAL (
                      SELECT 'pg_catalog.pg_class'::regclass AS class, t.relid AS oid
                      UNION ALL
                      SELECT 'pg_catalog.pg_class'::regclass, indexrelid FROM pg_catalog.pg_index WHERE indrelid = t.relid
                      UNION ALL
                      SELECT tableoid, oid FROM pg_catalog.pg_statistic_ext WHERE stxrelid = t.relid) AS e
                 JOIN pg_catalog.pg_depend d ON d.classid = e.class AND d.objid = e.oid
                WHERE t.top = k.relid
                  AND d.refclassid = ANY ('{pg_catalog.pg_proc,pg_catalog.pg_operator}'::regclass[]))
HAVING count(*) > 0
