    -- CTEs: which column draws from which sequence, or owns it (`pairs`), and the base types of domains (`base`). See pg/columns.sql.
defaults AS MATERIALIZED (
    SELECT d.*,
           ARRAY(SELECT p.refobjid FROM pg_catalog.pg_depend p
                  WHERE p.classid = d.class AND p.objid = d.oid AND p.refclassid = 'pg_catalog.pg_class'::regclass
                    AND (SELECT true FROM pg_catalog.pg_sequence s WHERE s.seqrelid = p.refobjid)) AS sequences
      FROM (SELECT tableoid AS class, oid, adrelid AS relid, adnum AS attnum,
                   adbin::text LIKE '%:funcid ' || 'pg_catalog.nextval(regclass)'::regprocedure::oid || ' %' AS calls_nextval
              FROM pg_catalog.pg_attrdef
             WHERE adrelid > '{:low}'::oid AND adrelid <= '{:high}'::oid
            UNION ALL
            SELECT tableoid, oid, 0, 0,
                   typdefaultbin::text LIKE '%:funcid ' || 'pg_catalog.nextval(regclass)'::regprocedure::oid || ' %'
              FROM pg_catalog.pg_type
             WHERE typtype = 'd' AND typdefaultbin IS NOT NULL) AS d
), functions AS MATERIALIZED (
    SELECT p.objid AS function, p.refobjid AS sequence, NULL AS body, CASE WHEN f.prosecdef THEN f.proowner END AS definer
      FROM pg_catalog.pg_depend p
      JOIN pg_catalog.pg_sequence s ON s.seqrelid = p.refobjid
      JOIN pg_catalog.pg_proc f ON f.oid = p.objid
     WHERE p.classid = 'pg_catalog.pg_proc'::regclass AND p.refclassid = 'pg_catalog.pg_class'::regclass
    UNION ALL
    SELECT f.oid, NULL, left(f.prosrc, {:longest_body}), CASE WHEN f.prosecdef THEN f.proowner END
      FROM pg_catalog.pg_proc f
     WHERE f.oid >= 16384 -- FirstNormalObjectId
       AND CASE WHEN EXISTS (SELECT FROM pg_catalog.pg_depend p
                              WHERE p.refclassid = 'pg_catalog.pg_proc'::regclass AND p.refobjid = f.oid
                                AND p.classid IN ('pg_catalog.pg_attrdef'::regclass, 'pg_catalog.pg_type'::regclass))
                THEN f.prosrc ~* '\mnextval\M' END
), draws AS MATERIALIZED (
    SELECT class, oid, relid, attnum, unnest(sequences) AS sequence, NULL AS body, NULL::oid AS definer
      FROM defaults d
     WHERE sequences <> '{}'
       AND (calls_nextval
            OR EXISTS (SELECT FROM pg_catalog.pg_depend p
                        WHERE p.classid = d.class AND p.objid = d.oid
                          AND p.refclassid IN ('pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_operator'::regclass)))
    UNION ALL
    SELECT class, oid, relid, attnum, NULL, NULL, NULL
      FROM defaults WHERE sequences = '{}' AND calls_nextval
    UNION ALL
    SELECT d.class, d.oid, d.relid, d.attnum, f.sequence, f.body, f.definer
      FROM functions f
      JOIN pg_catalog.pg_depend p ON p.refclassid = 'pg_catalog.pg_proc'::regclass AND p.refobjid = f.function
      JOIN defaults d ON d.class = p.classid AND d.oid = p.objid
     WHERE EXISTS (SELECT FROM functions)
), links AS (
    SELECT relid, attnum, sequence, body, definer, true AS draws, NULL::"char" AS owned, false AS declared,
           NULL::bigint AS block, NULL::text AS ids
      FROM draws WHERE relid <> 0
    UNION ALL
    SELECT a.attrelid, a.attnum, m.sequence, m.body, m.definer, true, NULL, false, NULL, NULL
      FROM draws m
      JOIN pg_catalog.pg_attribute a ON a.atttypid = m.oid AND NOT a.atthasdef AND a.attidentity = ''
      JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'f')
     WHERE m.relid = 0 AND EXISTS (SELECT FROM draws WHERE relid = 0)
       AND a.attrelid > '{:low}'::oid AND a.attrelid <= '{:high}'::oid
    UNION ALL
    SELECT p.refobjid, p.refobjsubid, p.objid, NULL, NULL, p.deptype = 'i', p.deptype, false, NULL, NULL
      FROM pg_catalog.pg_depend p
      JOIN pg_catalog.pg_sequence s ON s.seqrelid = p.objid
     WHERE p.classid = 'pg_catalog.pg_class'::regclass AND p.refclassid = 'pg_catalog.pg_class'::regclass
       AND p.refobjsubid > 0 AND p.deptype IN ('a', 'i')
       AND p.refobjid > '{:low}'::oid AND p.refobjid <= '{:high}'::oid
{:declared}
), bases AS (
    SELECT t.oid AS domain, t.typbasetype AS base, t.typtypmod AS typmod
      FROM pg_catalog.pg_type t WHERE t.typtype = 'd'
    UNION ALL
    SELECT b.domain, t.typbasetype, CASE WHEN b.typmod >= 0 THEN b.typmod ELSE t.typtypmod END
      FROM bases b JOIN pg_catalog.pg_type t ON t.oid = b.base WHERE t.typtype = 'd'
), base AS (
    SELECT b.domain, b.base, b.typmod
      FROM bases b JOIN pg_catalog.pg_type t ON t.oid = b.base WHERE t.typtype <> 'd'
), pairs AS (
    SELECT relid, attnum, sequence, body, definer,
           bool_or(draws) AS draws, max(owned::text) AS owned, bool_or(declared) AS declared,
           max(block) AS block, max(ids) AS ids
      FROM links GROUP BY relid, attnum, sequence, body, definer
)
