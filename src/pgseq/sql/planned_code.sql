-- The expressions of the tables :relids, and of all below them, that the planner evaluates when a table is only read, as
-- far as they use functions that are not the server's own: index expressions and predicates, statistics expressions,
-- partition keys. (CHECK constraints are not evaluated with constraint_exclusion = off.)
-- A row an expression: `what` names its object, `tree` is the expression as pg_node_tree, `strange` are the functions
-- that belong neither to the current role nor to one that may do all that it may do (superusers, its members);
-- `by_column` those of them that are not run where a plain column is an argument: without default arguments, and not in
-- SQL, or in SQL that names nothing of a stranger's (it is inlined, and its constants are evaluated). `mark` tells
-- whether any of it has changed.
-- pg_depend leaves out what is pinned, which is the server's own.
WITH RECURSIVE tree AS (
    SELECT relid AS top, relid FROM unnest('{:relids}'::oid[]) AS relid
    UNION
    SELECT t.top, i.inhrelid FROM tree t JOIN pg_catalog.pg_inherits i ON i.inhparent = t.relid
), trusted AS MATERIALIZED (
{:trusted}
), expression AS (
    SELECT t.top, t.relid, 'pg_catalog.pg_class'::regclass AS class, i.indexrelid AS oid,
           'index ' || quote_ident(k.relname) AS what,
           concat_ws(' ', i.indexprs::text, i.indpred::text) AS tree
      FROM tree t
      JOIN pg_catalog.pg_index i ON i.indrelid = t.relid AND (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL)
      JOIN pg_catalog.pg_class k ON k.oid = i.indexrelid
    UNION ALL
    SELECT t.top, t.relid, s.tableoid, s.oid, 'statistics ' || quote_ident(s.stxname), s.stxexprs::text  -- since 14
      FROM tree t                                                                                        -- since 14
      JOIN pg_catalog.pg_statistic_ext s ON s.stxrelid = t.relid AND s.stxexprs IS NOT NULL              -- since 14
    UNION ALL                                                                                            -- since 14
    SELECT t.top, t.relid, 'pg_catalog.pg_class'::regclass, t.relid, 'the partition key', p.partexprs::text
      FROM tree t
      JOIN pg_catalog.pg_partitioned_table p ON p.partrelid = t.relid AND p.partexprs IS NOT NULL
), used AS (
    SELECT e.top, e.relid, e.what, e.tree, coalesce(o.oprcode::oid, d.refobjid) AS function
      FROM expression e
      JOIN pg_catalog.pg_depend d ON d.classid = e.class AND d.objid = e.oid
      LEFT JOIN pg_catalog.pg_operator o
        ON d.refclassid = 'pg_catalog.pg_operator'::regclass AND o.oid = d.refobjid
     WHERE d.refclassid IN ('pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_operator'::regclass)
), known AS (
    SELECT u.top, u.relid, u.what, u.tree, f.oid, format('%I.%I', n.nspname, f.proname) AS name,
           quote_ident(pg_get_userbyid(f.proowner)) AS owner,
           f.proowner NOT IN (SELECT oid FROM trusted) AS strange,
           f.pronargdefaults = 0 AND NOT f.proretset
           AND CASE WHEN l.lanname <> 'sql' THEN true
                    WHEN f.prosqlbody IS NOT NULL THEN NOT EXISTS (                                      -- since 14
                         SELECT FROM pg_catalog.pg_depend d                                              -- since 14
                          WHERE d.classid = f.tableoid AND d.objid = f.oid                               -- since 14
                            AND d.refclassid IN ('pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_operator'::regclass)) -- since 14
                    ELSE f.prosrc !~* 'operator|""|u&"'
                         AND NOT EXISTS (SELECT FROM pg_catalog.pg_proc other
                                          WHERE other.oid >= 16384 AND other.proowner NOT IN (SELECT oid FROM trusted)
                                            AND CASE WHEN other.proname ~ '^[a-z0-9_]+$'
                                                     THEN lower(f.prosrc) ~ concat('\m', other.proname, '\M')
                                                     ELSE strpos(lower(f.prosrc), lower(other.proname)) > 0 END)
                         AND NOT EXISTS (SELECT FROM pg_catalog.pg_cast c
                                           JOIN pg_catalog.pg_proc other ON other.oid = c.castfunc
                                          WHERE c.oid >= 16384 AND other.proowner NOT IN (SELECT oid FROM trusted))
               END AS by_column,
           concat_ws(' ', u.tree, f.oid, f.xmin, f.proowner, l.lanname, f.prosrc) AS text
      FROM used u
      JOIN pg_catalog.pg_proc f ON f.oid = u.function
      JOIN pg_catalog.pg_namespace n ON n.oid = f.pronamespace
      JOIN pg_catalog.pg_language l ON l.oid = f.prolang
)
SELECT top::bigint AS relid,
       what || CASE WHEN relid <> top THEN ' of ' || relid::regclass::text ELSE '' END AS what,
       left(tree, {:longest}) AS tree,
       coalesce(array_agg(DISTINCT oid::bigint) FILTER (WHERE strange), '{}') AS strange,
       coalesce(array_agg(DISTINCT oid::bigint) FILTER (WHERE strange AND by_column), '{}') AS by_column,
       coalesce(min(name) FILTER (WHERE strange), '') AS name,
       coalesce(min(owner) FILTER (WHERE strange), '') AS owner,
       md5(string_agg(text, ' ' ORDER BY oid)) AS mark
  FROM known
 GROUP BY top, relid, what, tree
