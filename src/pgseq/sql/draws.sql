    -- CTEs: which column draws from which sequence, or owns it (`pairs`), and the base types of domains (`base`). See pg/columns.sql.
defaults AS MATERIALIZED ( -- of columns, their domains' included: which sequence each depends on
    SELECT d.class, d.oid, d.relid, d.attnum, p.refobjid AS sequence,
           d.tree LIKE '%:funcid ' || 'pg_catalog.nextval(regclass)'::regprocedure::oid || ' %' AS calls_nextval
      FROM (SELECT tableoid AS class, oid, adrelid AS relid, adnum AS attnum, adbin::text AS tree
              FROM pg_catalog.pg_attrdef
             WHERE adrelid > '{:low}'::oid AND adrelid <= '{:high}'::oid
            UNION ALL
            SELECT t.tableoid, t.oid, a.attrelid, a.attnum, t.typdefaultbin::text
              FROM pg_catalog.pg_type t
              JOIN pg_catalog.pg_attribute a ON a.atttypid = t.oid AND NOT a.atthasdef AND a.attidentity = ''
               AND a.attrelid > '{:low}'::oid AND a.attrelid <= '{:high}'::oid
              JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'f')
             WHERE t.oid >= 16384 AND t.typdefaultbin IS NOT NULL) AS d -- FirstNormalObjectId
      LEFT JOIN pg_catalog.pg_depend p
        ON p.classid = d.class AND p.objid = d.oid AND p.refclassid = 'pg_catalog.pg_class'::regclass
       AND (SELECT true FROM pg_catalog.pg_sequence s WHERE s.seqrelid = p.refobjid)
), functions AS MATERIALIZED ( -- that defaults call: the sequence that each depends on, or its text, if that draws
    SELECT f.oid, CASE WHEN f.prosecdef THEN f.proowner END AS definer, d.*
      FROM pg_catalog.pg_proc f, LATERAL (
           SELECT p.refobjid AS sequence, NULL AS body
             FROM pg_catalog.pg_depend p JOIN pg_catalog.pg_sequence s ON s.seqrelid = p.refobjid
            WHERE p.classid = 'pg_catalog.pg_proc'::regclass AND p.objid = f.oid
              AND p.refclassid = 'pg_catalog.pg_class'::regclass
           UNION ALL
           SELECT NULL, left(f.prosrc, {:longest_body}) WHERE f.prosrc ~* '\mnextval\M') AS d
     WHERE f.oid >= 16384
       AND EXISTS (SELECT FROM pg_catalog.pg_depend p
                    WHERE p.refclassid = 'pg_catalog.pg_proc'::regclass AND p.refobjid = f.oid
                      AND p.classid = ANY ('{pg_catalog.pg_attrdef,pg_catalog.pg_type}'::regclass[]))
), links AS ( -- columns and sequences: by what the default names, by functions in it, by ownership
    SELECT relid, attnum, sequence, NULL AS body, NULL::oid AS definer, true AS draws, NULL AS owned, false AS declared,
           NULL::bigint AS block, NULL::text AS ids
      FROM defaults d
     WHERE calls_nextval OR sequence IS NOT NULL
       AND EXISTS (SELECT FROM pg_catalog.pg_depend p
                    WHERE p.classid = d.class AND p.objid = d.oid
                      AND p.refclassid = ANY ('{pg_catalog.pg_proc,pg_catalog.pg_operator}'::regclass[]))
    UNION ALL
    SELECT d.relid, d.attnum, f.sequence, f.body, f.definer, true, NULL, false, NULL, NULL
      FROM functions f
      JOIN pg_catalog.pg_depend p ON p.refclassid = 'pg_catalog.pg_proc'::regclass AND p.refobjid = f.oid
      JOIN defaults d ON d.class = p.classid AND d.oid = p.objid
     WHERE EXISTS (SELECT FROM functions)
    UNION ALL
    SELECT p.refobjid, p.refobjsubid, p.objid, NULL, NULL, p.deptype = 'i', p.deptype::text, false, NULL, NULL
      FROM pg_catalog.pg_depend p
      JOIN pg_catalog.pg_sequence s ON s.seqrelid = p.objid
     WHERE p.classid = 'pg_catalog.pg_class'::regclass AND p.refclassid = 'pg_catalog.pg_class'::regclass
       AND p.deptype IN ('a', 'i')
       AND p.refobjid > '{:low}'::oid AND p.refobjid <= '{:high}'::oid
{:declared}
), base AS ( -- the types beneath domains
    SELECT d.oid AS domain, t.oid AS base, d.typtypmod AS typmod
      FROM pg_catalog.pg_type d
      JOIN pg_catalog.pg_type t ON t.oid = d.typbasetype AND t.typtype <> 'd'
     WHERE d.typtype = 'd' AND d.oid > '0'::oid AND d.oid <= '{:last_domain}'::oid
    UNION ALL
    SELECT d.oid, base, greatest(d.typtypmod, typmod)
      FROM base b JOIN pg_catalog.pg_type d ON d.typbasetype = b.domain AND d.typtype = 'd'
       AND d.oid > '0'::oid AND d.oid <= '{:last_domain}'::oid
), pairs AS (
    SELECT relid, attnum, sequence, body, definer,
           bool_or(draws) AS draws, max(owned) AS owned, bool_or(declared) AS declared,
           max(block) AS block, max(ids) AS ids
      FROM links GROUP BY relid, attnum, sequence, body, definer
)
