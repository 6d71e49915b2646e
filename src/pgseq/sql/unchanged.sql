-- No row, and an error where one of :tables (rows of oid, kinds, name, columns, type) is not what it was when it was looked at: its name
-- means another relation than that and those below it, or one of another kind, or the planner would evaluate a function
-- or an operator that is not the server's own (planned_code.sql). Asked behind the lock, before reading.
WITH RECURSIVE known (relid, kinds, name, columns, type) AS (VALUES {:tables}), tree AS (
    SELECT relid AS top, relid FROM known
    UNION
    SELECT t.top, i.inhrelid FROM tree t JOIN pg_catalog.pg_inherits i ON i.inhparent = t.relid
), expression AS (
    SELECT t.top, 'pg_catalog.pg_class'::regclass AS class, i.indexrelid AS oid
      FROM tree t
      JOIN pg_catalog.pg_index i ON i.indrelid = t.relid AND (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL)
    UNION ALL
    SELECT t.top, s.tableoid, s.oid
      FROM tree t
      JOIN pg_catalog.pg_statistic_ext s ON s.stxrelid = t.relid
    UNION ALL
    SELECT t.top, 'pg_catalog.pg_class'::regclass, t.relid
      FROM tree t
      JOIN pg_catalog.pg_partitioned_table p ON p.partrelid = t.relid AND p.partexprs IS NOT NULL
)
SELECT ('pgseq: ' || string_agg(DISTINCT known.name, ', ') || ' has changed meanwhile')::int
  FROM known
 WHERE NOT EXISTS (SELECT FROM tree t
                     JOIN pg_catalog.pg_class c ON c.oid = t.relid AND strpos(known.kinds, c.relkind::text) > 0
                    WHERE t.top = known.relid AND t.relid = to_regclass(known.name))
    OR EXISTS (SELECT FROM pg_catalog.pg_attribute a
                WHERE a.attrelid = to_regclass(known.name) AND a.attname = ANY (known.columns)
                  AND a.atttypid >= 16384 AND a.atttypid <> known.type)
    OR EXISTS (SELECT FROM expression e
                 JOIN pg_catalog.pg_depend d ON d.classid = e.class AND d.objid = e.oid
                WHERE e.top = known.relid
                  AND d.refclassid IN ('pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_operator'::regclass))
HAVING count(*) > 0
