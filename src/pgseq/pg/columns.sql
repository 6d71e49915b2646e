-- Every column, of the tables of the oids after :low up to :high, that draws from a sequence or owns one, a row a
-- (column, sequence) pair:
--   a default that depends on the sequence (pg_depend: pg_attrdef -> pg_class) and calls nextval(), plainly or not, or
--   something that is not the server's own, such as a function that is given the sequence: else it is only mentioned;
--   a default that calls nextval() and depends on none (nextval('s'::text): the name is looked up at run time): sequence NULL;
--   a default that calls a function which depends on the sequence (BEGIN ATOMIC), or whose text, `body`, calls nextval():
--   sequence NULL;
--   all this for the default of a domain, where the column has none of its own (not even NULL);
--   identity (pg_depend, deptype i); OWNED BY (deptype a), unless the column has a default that cannot draw;
--   columns declared by the user, :declared (rows of quoted names, block and ids).
--   where there are sequences that no column is known to draw from: `unfilled`, the integer keys that nothing fills, with
--   sequence NULL.
-- pg_node_tree is searched for nextval()'s oid so that other defaults need not be deparsed; the very long are not either,
-- and their `expression` is the beginning of that tree.
-- pg_get_expr() is not told the table, which a default cannot refer to: it would wait for a lock on it.
-- Correlated subqueries instead of joins keep the work linear where the catalog was never analyzed, as after a restore.
WITH RECURSIVE defaults AS MATERIALIZED (
    SELECT d.*,
           ARRAY(SELECT p.refobjid FROM pg_catalog.pg_depend p
                   JOIN pg_catalog.pg_sequence s ON s.seqrelid = p.refobjid
                  WHERE p.classid = d.class AND p.objid = d.oid
                    AND p.refclassid = 'pg_catalog.pg_class'::regclass) AS sequences
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
    UNION ALL
    SELECT a.attrelid, a.attnum, s.oid, NULL, NULL, true, NULL, true, v.block, v.ids
      FROM (VALUES (NULL, NULL, NULL, NULL, NULL, NULL::bigint, NULL){:declared})
           AS v (schema, name, table_schema, table_name, column_name, block, ids)
      JOIN pg_catalog.pg_namespace m ON m.nspname = v.schema
      JOIN pg_catalog.pg_class s ON s.relnamespace = m.oid AND s.relname = v.name AND s.relkind = 'S'
      JOIN pg_catalog.pg_namespace n ON n.nspname = v.table_schema
      JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = v.table_name
      JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = v.column_name
     WHERE c.oid > '{:low}'::oid AND c.oid <= '{:high}'::oid
    UNION ALL
    SELECT i.indrelid, a.attnum, NULL, NULL, NULL, false, NULL, false, NULL, NULL
      FROM pg_catalog.pg_index i
      JOIN pg_catalog.pg_class c ON c.oid = i.indrelid AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] AND NOT a.atthasdef
           AND a.attidentity = '' AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype)
     WHERE i.indisprimary AND i.indnkeyatts = 1 AND i.indrelid > '{:low}'::oid AND i.indrelid <= '{:high}'::oid
       AND i.indrelid >= 16384 -- FirstNormalObjectId
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint f
                        WHERE f.conrelid = i.indrelid AND f.contype = 'f' AND a.attnum = ANY (f.conkey))
       AND EXISTS (SELECT FROM pg_catalog.pg_sequence s
                    WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                                       WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = s.seqrelid
                                         AND d.deptype IN ('a', 'i', 'e'))
                      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                                       WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = s.seqrelid
                                         AND d.deptype = 'n'))
), bases AS (
    SELECT t.oid AS domain, t.typbasetype AS base, t.typtypmod AS typmod
      FROM pg_catalog.pg_type t WHERE t.typtype = 'd'
    UNION ALL
    SELECT b.domain, t.typbasetype, CASE WHEN b.typmod >= 0 THEN b.typmod ELSE t.typtypmod END
      FROM bases b JOIN pg_catalog.pg_type t ON t.oid = b.base WHERE t.typtype = 'd'
), base AS (
    SELECT b.domain, b.base, b.typmod
      FROM bases b JOIN pg_catalog.pg_type t ON t.oid = b.base WHERE t.typtype <> 'd'
), btree AS MATERIALIZED (
    SELECT o.oid FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_am m ON m.oid = o.opcmethod WHERE m.amname = 'btree'
), trusted AS MATERIALIZED (
{:trusted}
), pairs AS (
    SELECT relid, attnum, sequence, body, definer,
           bool_or(draws) AS draws, max(owned::text) AS owned, bool_or(declared) AS declared,
           max(block) AS block, max(ids) AS ids
      FROM links GROUP BY relid, attnum, sequence, body, definer
)
SELECT c.oid::bigint AS relid,
       p.sequence::bigint AS sequence,
       p.body,
       p.definer::bigint AS definer,
       p.draws,
       p.owned,
       p.declared,
       p.block,
       p.ids,
       p.sequence IS NULL AND p.body IS NULL AND NOT p.draws AS unfilled,
       n.nspname::text AS schema,
       c.relname::text AS table,
       a.attname::text AS column,
       quote_ident(n.nspname) AS schema_sql,
       format('%I.%I', n.nspname, c.relname) AS table_sql,
       quote_ident(a.attname) AS column_sql,
       format_type(a.atttypid, a.atttypmod) AS type,
       a.atttypid::bigint AS type_oid,
       format_type(coalesce(b.base, a.atttypid), NULL) AS base_type,
       CASE WHEN b.base IS NULL THEN a.atttypmod ELSE b.typmod END AS typmod,
       c.relkind::text AS relkind,
       c.relpersistence::text AS persistence,
       CASE WHEN octet_length(coalesce(d.adbin, t.typdefaultbin)::text) > {:deparsed}
            THEN left(coalesce(d.adbin, t.typdefaultbin)::text, {:longest_body})
            ELSE left(coalesce(pg_get_expr(d.adbin, 0), pg_get_expr(t.typdefaultbin, 0)), {:longest}) END AS expression,
       own.all OR coalesce(has_column_privilege(c.oid, a.attnum, 'SELECT'), false) AS may_select,
       coalesce(has_schema_privilege(n.oid, 'USAGE'), false) AS may_enter,
       own.all OR
       coalesce(has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE'), false)                -- before 17
       coalesce(has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE, MAINTAIN'), false)      -- since 17
           AS may_lock,
       own.all OR
       coalesce(has_table_privilege(c.oid, 'SELECT'), false)
       AND NOT c.relhassubclass      -- before 13
           AS may_share,
       c.relowner::bigint AS owner,
       quote_ident(pg_get_userbyid(c.relowner)) AS owner_name,
       c.relowner IN (SELECT oid FROM trusted) AND n.nspowner IN (SELECT oid FROM trusted) AND heap.trusted AS trusted,
       c.relrowsecurity AND coalesce(row_security_active(c.oid), false) AS row_security,
       heap.heap_bytes,
       heap.scan_bytes,
       heap.unsized,
       heap.locks,
       EXISTS (SELECT FROM pg_catalog.pg_index i
                WHERE i.indrelid = p.relid AND i.indisvalid AND i.indisready AND i.indnkeyatts = 1
                  AND i.indkey[0] = p.attnum
                  -- WHERE id IS NOT NULL leaves out no row with an id.
                  AND (i.indpred IS NULL
                       OR i.indpred::text ~ ('^\{NULLTEST :arg \{VAR :varno 1 :varattno ' || p.attnum
                                             || ' [^{}]*\} :nulltesttype 1 [^{}]*\}$'))
                  -- EXCLUDE (id WITH =) refuses what a unique index would.
                  AND (i.indisunique
                       OR i.indisexclusion
                          AND EXISTS (SELECT FROM pg_catalog.pg_constraint x
                                        JOIN pg_catalog.pg_operator o ON o.oid = x.conexclop[1]
                                       WHERE x.conrelid = i.indrelid AND x.conindid = i.indexrelid
                                         AND o.oprname = '='))) AS unique
  FROM pairs p
  JOIN pg_catalog.pg_class c ON c.oid = p.relid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = p.relid AND a.attnum = p.attnum
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = p.relid AND d.adnum = p.attnum
  LEFT JOIN base b ON b.domain = a.atttypid
 CROSS JOIN (SELECT oid, rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) AS me
 -- The functions look up, and the backend keeps, what concerns each relation: not needed where nothing was ever granted.
 CROSS JOIN LATERAL (SELECT me.rolsuper OR c.relowner = me.oid AND c.relacl IS NULL AS "all") AS own
 CROSS JOIN LATERAL (
    -- The heap of the table and of all below it, from relpages; the part of it that max() has to scan, because no complete
    -- btree index starts with the column; the tables to be scanned of which relpages says nothing yet (0 until the first
    -- VACUUM or ANALYZE; no index serves a text); and the locks that reading it takes: tables and indexes.
    SELECT own.bytes AS heap_bytes, CASE WHEN i.serves THEN 0 ELSE own.bytes END AS scan_bytes,
           CASE WHEN c.relkind = 'r' AND own.bytes = 0 AND (NOT i.serves OR t.typcategory = 'S')
                THEN ARRAY[c.oid::bigint] END AS unsized,
           1 + i.count AS locks, true AS trusted
      FROM (SELECT greatest(c.relpages, 0)::bigint * current_setting('block_size')::bigint AS bytes) own
     CROSS JOIN LATERAL (
        SELECT count(*) AS count,
               coalesce(bool_or(i.indkey[0] = p.attnum AND i.indisvalid AND i.indpred IS NULL
                                AND i.indclass[0] IN (SELECT oid FROM btree)), false) AS serves
          FROM pg_catalog.pg_index i WHERE i.indrelid = p.relid
     ) i
     WHERE NOT c.relhassubclass
    UNION ALL
    SELECT below.* FROM (
        WITH RECURSIVE tree AS (
            SELECT c.oid AS relid
            UNION
            SELECT i.inhrelid FROM tree t JOIN pg_catalog.pg_inherits i ON i.inhparent = t.relid
                AND NOT i.inhdetachpending      -- since 14
        ), part AS (
            SELECT greatest(k.relpages, 0)::bigint * current_setting('block_size')::bigint AS bytes, i.serves, i.count,
                   CASE WHEN k.relkind = 'r' AND k.relpages <= 0 AND (NOT i.serves OR t.typcategory = 'S')
                        THEN k.oid::bigint END AS unsized,
                   k.relowner
              FROM tree
              JOIN pg_catalog.pg_class k ON k.oid = tree.relid
             CROSS JOIN LATERAL (
                SELECT count(*) AS count,
                       coalesce(bool_or(o.attname = a.attname AND i.indisvalid AND i.indpred IS NULL
                                        AND i.indclass[0] IN (SELECT oid FROM btree)), false) AS serves
                  FROM pg_catalog.pg_index i
                  LEFT JOIN pg_catalog.pg_attribute o ON o.attrelid = i.indrelid AND o.attnum = i.indkey[0]
                 WHERE i.indrelid = k.oid
             ) i
        )
        SELECT coalesce(sum(bytes), 0)::bigint, coalesce(sum(bytes) FILTER (WHERE NOT serves), 0)::bigint,
               array_agg(unsized) FILTER (WHERE unsized IS NOT NULL),
               (count(*) + sum(count))::bigint, bool_and(relowner IN (SELECT oid FROM trusted))
          FROM part
    ) below
     WHERE c.relhassubclass
 ) heap
 WHERE NOT a.attisdropped AND a.attgenerated = ''
   AND (p.draws OR p.owned = 'i' OR coalesce(d.adbin, t.typdefaultbin) IS NULL
        OR coalesce(d.adbin, t.typdefaultbin)::text
           LIKE '%:funcid ' || 'pg_catalog.nextval(regclass)'::regprocedure::oid || ' %'
        -- A function of an extension draws from no sequence that the default does not name: uuid_generate_v4().
        OR EXISTS (SELECT FROM pg_catalog.pg_depend f
                    WHERE f.refclassid IN ('pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_operator'::regclass)
                      AND (f.classid = d.tableoid AND f.objid = d.oid
                           OR d.oid IS NULL AND f.classid = t.tableoid AND f.objid = t.oid)
                      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                                       WHERE e.classid = f.refclassid AND e.objid = f.refobjid AND e.deptype = 'e')))
   AND n.nspname NOT IN ('pg_catalog', 'information_schema')
   AND NOT pg_is_other_temp_schema(n.oid)
 ORDER BY c.oid, a.attnum
