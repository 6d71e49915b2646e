WITH RECURSIVE
{:draws}
, trusted AS MATERIALIZED (
{:trusted}
), sequence AS MATERIALIZED (
    SELECT s.*, n.nspname AS schema, c.relname AS name, format('%I.%I', n.nspname, c.relname) AS sql, c.relowner, n.oid AS home,
           n.nspowner, c.relowner IN (TABLE trusted) AND n.nspowner IN (TABLE trusted) AND {:restricts} AS trusted
      FROM pg_catalog.pg_sequence s
      JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND NOT pg_is_other_temp_schema(n.oid)
), child AS MATERIALIZED (
{:parents}
), below AS ( -- every table with each of those that inherit from it
    SELECT parent AS top, child FROM child
    UNION
    SELECT b.top, c.child FROM below b JOIN child c ON c.parent = b.child
), named AS MATERIALIZED ( -- the columns of `pairs`, their defaults and types
    SELECT p.relid, p.attnum, p.sequence, p.body, p.draws, p.owned, coalesce(p.definer, c.relowner) AS drawer,
           n.nspname AS schema, a.attname AS "column", format_type(coalesce(b.base, a.atttypid), NULL) AS base,
           CASE WHEN b.base IS NULL THEN a.atttypmod ELSE b.typmod END - 4 AS typmod,
{:default_text} AS expression
{:fed}
), meant AS ( -- a sequence named as text is one that search_path leads to, or beside the table; else any of that name
    SELECT relid, attnum, "column", base, typmod, sequence, expression, draws, owned, drawer, false AS by_name, true AS certain
      FROM named WHERE sequence IS NOT NULL
    UNION ALL
    SELECT relid, attnum, "column", base, typmod, oid, expression, draws, owned, drawer, true, body IS NOT NULL OR 1 = count(*)
           OVER (PARTITION BY relid, attnum)
      FROM (SELECT n.*, s.seqrelid AS oid, rank() OVER (PARTITION BY relid, attnum, parts ORDER BY
                        cardinality(parts) = 1 AND NOT {:visible} AND s.schema <> n.schema) AS rank
              FROM (SELECT n.*, ARRAY(SELECT coalesce(replace(w[1], '""', '"'), lower(w[2] COLLATE "C"))::name
                                        FROM regexp_matches(t.text, {:word}, 'g') AS w) AS parts
                      FROM named n
                     CROSS JOIN regexp_matches(coalesce(n.body, n.expression),
                                               CASE WHEN n.body IS NULL THEN {:literal} ELSE {:between} END, 'g') AS m
                     CROSS JOIN LATERAL (SELECT ltrim(replace(m[1], '''''', ''''), '.') AS text) AS t
                     WHERE n.sequence IS NULL AND t.text ~ concat('^(', {:word}, ')+$')) AS n
              JOIN sequence s ON s.name = parts[cardinality(parts)]
               AND (cardinality(parts) = 1 OR s.schema = parts[cardinality(parts) - 1])) AS n
     WHERE rank = 1
), link AS MATERIALIZED ( -- a default whose table's owner may not draw from the sequence feeds nothing
    SELECT l.relid, l.attnum, l."column", l.base, l.typmod, l.sequence, max(l.expression) AS expression, bool_or(l.draws) AS draws,
           bool_or(bool_or(l.draws)) OVER (PARTITION BY l.relid, l."column") AS drawn, bool_and(l.certain) AS certain
      FROM meant l
      JOIN sequence s ON s.seqrelid = l.sequence
     CROSS JOIN LATERAL (SELECT l.drawer AS role, l.by_name) AS pair
     CROSS JOIN LATERAL (SELECT s.seqrelid AS oid, s.relowner) AS c
     CROSS JOIN LATERAL (SELECT s.home AS oid, s.nspowner) AS n
     WHERE s.relowner = l.drawer OR NOT (
{:cannot_draw})
     GROUP BY l.relid, l.attnum, l."column", l.base, l.typmod, l.sequence
), top AS MATERIALIZED ( -- a tree is compared once, at its top
    SELECT l.*, format('%I.%I', n.nspname, c.relname) AS "table", coalesce(d.match IS NOT NULL AND l.draws, true) AS plain,
           CASE WHEN t.highest IS NOT NULL THEN 'integer' WHEN l.base = 'numeric' AND (l.typmod < 0 OR w.scale >= 0) THEN 'numeric'
                WHEN l.base IN ({:text_types}) THEN 'text' ELSE 'other' END AS kind,
           least(t.highest, k.highest, 10::numeric ^ w.digits - 1) AS highest,
           greatest(-t.highest - 1, -k.highest - 1, 1 - 10::numeric ^ (w.digits - w.sign)) AS lowest
      FROM link l
      JOIN pg_catalog.pg_class c ON c.oid = l.relid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     CROSS JOIN LATERAL (SELECT (l.typmod & 2047 # 1024) - 1024 AS scale) AS m
     CROSS JOIN LATERAL ( -- the digits that the type has room for, where a bigint may have more; text needs one for the sign
            SELECT m.scale, CASE WHEN l.base = 'numeric' AND l.typmod >= 0 THEN greatest((l.typmod >> 16 & 65535) - m.scale, 0)
                                 WHEN l.base = 'name' OR l.base NOT IN ({:text_types}) THEN NULL
                                 WHEN l.typmod BETWEEN 0 AND 19 THEN l.typmod END AS digits,
                   CASE WHEN l.base = 'numeric' THEN 0 ELSE 1 END AS sign) AS w
     CROSS JOIN LATERAL (SELECT CASE WHEN l.expression IS NULL THEN '{}' ELSE regexp_match(l.expression, {:plain}) END AS match) d
      LEFT JOIN (VALUES {:integers}) AS t (name, highest) ON t.name = l.base
      LEFT JOIN (VALUES {:integers}) AS k (name, highest) ON k.name = d.match[1]
     WHERE l.draws = l.drawn -- a column that draws is not fed by what it only owns
       AND NOT EXISTS (SELECT FROM below b JOIN link o ON o.relid = b.top AND o.draws = o.drawn
                        WHERE b.child = l.relid AND o.sequence = l.sequence AND o."column" = l."column")
), tree AS MATERIALIZED ( -- the tables whose rows count: not a child with a default of its own, nor a foreign table
    SELECT m.relid, m."column", m.sequence,
           CASE WHEN bool_or(m.apart) THEN array_agg('ONLY ' || m.name ORDER BY m.part) FILTER (WHERE NOT m.apart)
                ELSE ARRAY[min(m.name) FILTER (WHERE m.part = m.relid)] END AS sources,
           string_agg(m.name, ', ') FILTER (WHERE m.apart AND c.relkind = 'f') AS outside,
           sum(1 + i.count) AS locks, sum(greatest(c.relpages, 0)) FILTER (WHERE m.kind = 'text' OR NOT i.serves) AS pages,
           bool_and(c.relowner IN (TABLE trusted)) AS trusted
      FROM (SELECT relid, "column", sequence, kind, relid AS part, "table" AS name, false AS apart FROM top
            UNION ALL
            SELECT t.relid, t."column", t.sequence, t.kind, c.child::oid, c.sql, c.relkind = 'f' OR
                   NOT c.is_partition AND coalesce((SELECT bool_and(o.sequence <> t.sequence) FROM link o
                                                     WHERE o.relid = c.child AND o."column" = t."column" AND o.draws), false)
              FROM top t JOIN below b ON b.top = t.relid
              JOIN (SELECT DISTINCT child, sql, relkind, is_partition FROM child) AS c USING (child)) AS m
      JOIN pg_catalog.pg_class c ON c.oid = m.part
     CROSS JOIN LATERAL (SELECT count(*) AS count, coalesce(bool_or(o.attname = m."column" AND x.indisvalid
                                  AND x.indpred IS NULL AND p.opcmethod = 403), false) AS serves -- 403: btree
                           FROM pg_catalog.pg_index x
                           JOIN pg_catalog.pg_opclass p ON p.oid = x.indclass[0]
                           LEFT JOIN pg_catalog.pg_attribute o ON o.attrelid = m.part AND o.attnum = x.indkey[0]
                          WHERE x.indrelid = m.part) AS i
     GROUP BY m.relid, m."column", m.sequence
), feed AS MATERIALIZED ( -- what of it can be read: `reason` says why not, `unlocked` why it cannot be locked
    SELECT t.*, r.sources, r.outside, r.locks, quote_ident(t."column") AS name, c.relowner, n.oid AS home, a.atttypid,
           c.relowner IN (TABLE trusted) AND n.nspowner IN (TABLE trusted) AND r.trusted AND {:restricts} AS trusted,
           t."table" || '.' || quote_ident(t."column") AS label, has_table_privilege(c.oid, 'SELECT') AND {:may_share} AS shared,
           CASE WHEN c.relkind = 'v' THEN t."table" || ' is a view: reading it runs what its owner wrote'
                WHEN c.relkind = 'f' THEN t."table" || ' is a foreign table: reading it asks another server'
                WHEN NOT t.plain THEN 'the default of the column is not plainly the sequence''s value: ' || left(t.expression, 80)
                WHEN NOT t.certain THEN 'the default names its sequence as text, and search_path decides which one is meant'
                WHEN t.kind = 'other' THEN format('values of type %s cannot be compared with a sequence''s', t.base)
                WHEN NOT has_schema_privilege(n.oid, 'USAGE') THEN format('GRANT USAGE ON SCHEMA %I is missing', n.nspname)
                WHEN NOT has_column_privilege(c.oid, a.attnum, 'SELECT') THEN 'GRANT SELECT is missing'
                WHEN c.relrowsecurity AND row_security_active(c.oid) THEN 'row-level security hides rows from ' || current_user
                WHEN r.pages > {:scan_pages} THEN 'no index on the column, and too much to scan instead'
                WHEN r.locks > {:lock_share} THEN format('reading it takes %s locks: run pgseq check', r.locks) END AS reason,
           CASE WHEN NOT has_table_privilege(c.oid, {:lock_privileges})
                THEN format('GRANT UPDATE ON %s is missing, to lock it', t."table") END AS unlocked
      FROM top t
      JOIN tree r USING (relid, "column", sequence)
      JOIN pg_catalog.pg_class c ON c.oid = t.relid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_attribute a ON a.attrelid = t.relid AND a.attnum = t.attnum
), fed AS ( -- what the feeds of a sequence are together, and the pieces of the statements that look at them and lock them
    SELECT f.sequence, string_agg(f.label, ', ' ORDER BY f.relid, f.attnum) AS feeds, max(f.per_row) AS draws,
           max(f.lowest) FILTER (WHERE f.plain) AS lowest, min(f.highest) FILTER (WHERE f.plain) AS highest,
           min(concat_ws('; ', f.label || ': ' || f.reason, f.outside || ' is a foreign table')) FILTER
               (WHERE f.reason IS NOT NULL OR f.outside IS NOT NULL) AS reason,
           string_agg(DISTINCT f.unlocked, '; ') FILTER (WHERE f.reason IS NULL) AS unlocked,
           string_agg(f.mins, ', ') FILTER (WHERE f.reason IS NULL) AS mins,
           string_agg(f.maxs, ', ') FILTER (WHERE f.reason IS NULL) AS maxs,
           string_agg(f.values, ' UNION ALL ') FILTER (WHERE f.reason IS NULL) AS values,
           'LOCK TABLE ' || string_agg(f.tables, ', ' ORDER BY f.relid) FILTER (WHERE f.reason IS NULL AND f.relowner = f.first)
               || ' IN SHARE ROW EXCLUSIVE MODE' AS mine,
           'LOCK TABLE ' || string_agg(f.tables, ', ' ORDER BY f.relid) FILTER (WHERE f.reason IS NULL AND f.relowner <> f.first)
               || ' IN SHARE ROW EXCLUSIVE MODE NOWAIT' AS others,
           'LOCK TABLE ' || string_agg(f.tables, ', ' ORDER BY f.relid) FILTER (WHERE f.reason IS NULL AND f.shared)
               || ' IN ACCESS SHARE MODE' AS sharing,
           string_agg(f.known, ', ') FILTER (WHERE f.reason IS NULL) AS known
      FROM (SELECT f.*, p.*, count(*) FILTER (WHERE f.draws) OVER (PARTITION BY f.sequence, f.relid) AS per_row,
                   coalesce(max(f.relowner) FILTER (WHERE f.relowner = s.relowner AND f.reason IS NULL)
                                OVER (PARTITION BY f.sequence),
                            first_value(f.relowner) OVER (PARTITION BY f.sequence ORDER BY f.reason IS NOT NULL, f.relid)) AS first
              FROM feed f
              JOIN sequence s ON s.seqrelid = f.sequence
             CROSS JOIN LATERAL (
                    SELECT CASE WHEN f.kind = 'text' THEN format({:number}, 'fed.' || f.name) ELSE 'fed.' || f.name END AS value,
                           CASE WHEN s.seqincrement > 0
                                THEN least(s.seqmax, CASE WHEN f.plain THEN f.highest END)
                                ELSE greatest(s.seqmin, CASE WHEN f.plain THEN f.lowest END) END::bigint AS bound) AS v
             CROSS JOIN LATERAL (
                    SELECT format(CASE WHEN s.seqincrement > 0 THEN {:ascending} ELSE {:descending} END
                                  || CASE WHEN abs(s.seqincrement) <> 1 OR f.kind <> 'integer' THEN {:grid} ELSE '' END,
                                  v.value, v.bound, abs(s.seqincrement::numeric)) AS condition) AS c
             CROSS JOIN LATERAL (
                    SELECT string_agg(format('(SELECT min(%s) FROM %s AS fed WHERE %s)', v.value, source, c.condition), ', ') AS mins,
                           string_agg(format('(SELECT max(%s) FROM %s AS fed WHERE %s)', v.value, source, c.condition), ', ') AS maxs,
                           string_agg(format('SELECT %s::numeric FROM %s AS fed WHERE %s', v.value, source, c.condition),
                                      ' UNION ALL ') AS values,
                           string_agg(source, ', ') AS tables,
                           string_agg(format('(%s::oid, ''rpm'', %L, ARRAY[%L], %s::oid)', f.relid,
                                             regexp_replace(source, '^ONLY ', ''), f."column", f.atttypid), ', ')
                               FILTER (WHERE NOT f.trusted) AS known
                      FROM unnest(f.sources) AS source) AS p) AS f
     GROUP BY f.sequence
)
SELECT s.sql, f.feeds, s.seqincrement::numeric AS step, s.seqmin::numeric AS least, s.seqmax::numeric AS greatest, s.seqcycle AS cycle,
       greatest(f.draws, 1) AS draws, f.lowest, f.highest, p.lasting, concat_ws('; ', p.unseen, f.reason) AS reason,
       concat_ws('; ', f.sharing, CASE WHEN NOT k.trusted THEN format({:lock_sequences}, s.seqrelid) END,
                 CASE WHEN k.known <> '' THEN format({:unchanged}, k.known) END) AS guard,
       concat_ws('; ', 'it belongs to extension ' || e.extname, f.unlocked,
                 CASE WHEN NOT has_schema_privilege(s.home, 'USAGE') THEN format('GRANT USAGE ON SCHEMA %I is missing', s.schema) END,
                 CASE WHEN NOT has_sequence_privilege(s.seqrelid, 'UPDATE') THEN format('GRANT UPDATE ON SEQUENCE %s is missing', s.sql)
                  END) AS immovable,
       l.look, format('SELECT (SELECT count(DISTINCT value) FROM (%s) AS fed (value)) FROM %s', f.values, r.run) AS count,
       concat_ws('; ', f.mine, f.others) AS lock,
       format({:move}, l.look, s.seqincrement, quote_literal(s.sql),
              format(CASE WHEN s.seqcache > 1 THEN CASE WHEN s.seqincrement > 0 THEN {:cached_up} ELSE {:cached_down} END
                          WHEN s.seqincrement > 0 THEN {:walk_up} ELSE {:walk_down} END, quote_literal(s.sql), s.seqincrement),
              CASE WHEN s.seqincrement > 0 THEN '<' ELSE '>' END, 
              CASE WHEN s.seqincrement > 0 THEN least(s.seqmax, f.highest) ELSE greatest(s.seqmin, f.lowest) END
                  - s.seqcache * s.seqincrement::numeric,
              CASE WHEN s.seqcycle THEN '= seq.last_value' ELSE 'IS NULL' END,
              quote_literal(format('(%s,%s,%s,%s,%s,%s,%s)', s.seqstart, s.seqmin, s.seqmax, s.seqincrement, s.seqcycle, s.seqcache,
                                   s.seqtypid::oid))) AS move
  FROM sequence s
  LEFT JOIN fed f ON f.sequence = s.seqrelid
  LEFT JOIN pg_catalog.pg_depend x ON x.classid = 'pg_catalog.pg_class'::regclass AND x.objid = s.seqrelid AND x.deptype = 'e'
  LEFT JOIN pg_catalog.pg_extension e ON e.oid = x.refobjid
 CROSS JOIN LATERAL (SELECT has_sequence_privilege(s.seqrelid, 'SELECT') AND has_schema_privilege(s.home, 'USAGE') AS by_name) AS v
 CROSS JOIN LATERAL (
       SELECT NOT (s.trusted AND v.by_name) AS lasting, -- looking at it locks the sequence until the transaction ends
              CASE WHEN v.by_name THEN s.sql ELSE format('(SELECT pg_sequence_last_value(%s) AS last_value, true AS is_called)',
                                                         quote_literal(s.seqrelid)) END AS position,
              CASE WHEN NOT (v.by_name OR has_sequence_privilege(s.seqrelid, 'USAGE, SELECT'))
                   THEN format('GRANT SELECT ON SEQUENCE %s is missing', s.sql) END AS unseen) AS p
 CROSS JOIN LATERAL (SELECT s.trusted OR NOT v.by_name AS trusted,
                            concat_ws(', ', f.known, CASE WHEN NOT s.trusted AND v.by_name THEN
                                      format('(%s::oid, ''S'', %L, ARRAY[]::text[], 0::oid)', s.seqrelid, s.sql) END) AS known) AS k
 CROSS JOIN LATERAL (
       SELECT CASE WHEN NOT s.seqcycle THEN p.position || ' AS pos'
                   WHEN s.seqincrement > 0 THEN format({:anew}, p.position, '> ' || s.seqmax - s.seqincrement::numeric, s.seqmin)
                   ELSE format({:anew}, p.position, '< ' || s.seqmin - s.seqincrement::numeric, s.seqmax) END AS run) AS r
 CROSS JOIN LATERAL (
       SELECT format({:look}, CASE WHEN s.seqcycle THEN 'pos.found_value AS last_value, pos.found_called AS is_called'
                                   ELSE 'pos.last_value, pos.is_called' END, s.seqincrement,
                     coalesce(CASE WHEN s.seqincrement > 0 THEN 'LEAST(' || f.mins ELSE 'GREATEST(' || f.maxs END || ')', 'NULL'),
                     
                     coalesce(CASE WHEN s.seqincrement > 0 THEN 'GREATEST(' || f.maxs ELSE 'LEAST(' || f.mins END || ')', 'NULL'), r.run) AS look) AS l
