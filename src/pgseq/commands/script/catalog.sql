WITH RECURSIVE server AS MATERIALIZED (
    SELECT current_setting('server_version_num')::int AS version, -- a quarter of the lock table:
           current_setting('max_locks_per_transaction')::int * (current_setting('max_connections')::int
               + current_setting('max_prepared_transactions')::int) / 4 AS slots,
           current_setting('restrict_nonsystem_relation_kind', true) IS NOT NULL AS restricts -- it can refuse views
),
{:draws}
), trusted AS MATERIALIZED ( -- the roles that may do all that we may do: what they wrote may run
{:trusted}
), sequence AS MATERIALIZED ( -- `d`: what is first and last, before and beyond, in its direction
    SELECT s.*, n.nspname AS schema, c.relname AS name, format('%I.%I', n.nspname, c.relname) AS sql, c.relowner,
           n.oid AS home, n.nspowner,
           c.relowner IN (TABLE trusted) AND n.nspowner IN (TABLE trusted) AND v.restricts AS trusted,
           CASE WHEN s.seqincrement > 0 THEN '{min,max,least,greatest,<,>}'
                ELSE '{max,min,greatest,least,>,<}' END::text[] AS d
      FROM server v, pg_catalog.pg_sequence s
      JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND NOT pg_is_other_temp_schema(n.oid)
), child AS MATERIALIZED (
{:parents}
), below AS ( -- every table with each of those that inherit from it
    SELECT parent AS top, child FROM child
    UNION
    SELECT b.top, c.child FROM below b JOIN child c ON c.parent = b.child
), named AS MATERIALIZED ( -- the columns, with the text of their defaults
    SELECT p.relid, p.attnum, p.sequence, p.draws, p.body, coalesce(p.definer, c.relowner) AS drawer,
           n.nspname AS schema, a.attname,
{:default_text} AS expression
{:fed}
), meant AS ( -- a sequence named as text is one that search_path leads to, or beside the table; else any of that name
    SELECT relid, attnum, attname, sequence, expression, draws, drawer, false AS by_name, true AS certain
      FROM named WHERE sequence IS NOT NULL
    UNION ALL
    SELECT relid, attnum, attname, oid, expression, draws, drawer, true,
           body IS NOT NULL OR 1 = count(*) OVER (PARTITION BY relid, attnum)
      FROM (SELECT n.*, s.seqrelid AS oid, rank() OVER (PARTITION BY relid, attnum, parts ORDER BY
                   cardinality(parts) = 1 AND NOT {:visible} AND s.schema <> n.schema) AS rank
              FROM (SELECT n.*, ARRAY(SELECT coalesce(replace(w[1], '""', '"'), lower(w[2] COLLATE "C"))::name
                                        FROM regexp_matches(t.text, r.word, 'g') AS w) AS parts
                      FROM named n, LATERAL (SELECT
    {:word} AS word,
                           CASE WHEN n.body IS NULL THEN {:literal}
                                ELSE {:between} END AS literal) AS r,
                           regexp_matches(coalesce(n.body, n.expression), r.literal, 'g') AS m,
                           LATERAL (SELECT ltrim(replace(m[1], '''''', ''''), '.') AS text) AS t
                     WHERE n.sequence IS NULL AND t.text ~ concat('^(', r.word, ')+$')) AS n
              JOIN sequence s ON s.name = parts[cardinality(parts)]
               AND (cardinality(parts) = 1 OR s.schema = parts[cardinality(parts) - 1])) AS n
     WHERE rank = 1
), link AS MATERIALIZED ( -- a default whose table's owner may not draw from the sequence feeds nothing
    SELECT l.relid, l.attnum, l.attname, l.sequence, max(l.expression) AS expression, bool_or(l.draws) AS draws,
           bool_or(bool_or(l.draws)) OVER (PARTITION BY l.relid, l.attname) AS drawn, bool_and(l.certain) AS certain
      FROM meant l JOIN sequence s ON s.seqrelid = l.sequence,
           LATERAL (SELECT l.drawer AS role, l.by_name) AS pair,
           LATERAL (SELECT s.seqrelid AS oid, s.relowner) AS c, LATERAL (SELECT s.home AS oid, s.nspowner) AS n
     WHERE s.relowner = l.drawer OR NOT (
{:cannot_draw})
     GROUP BY l.relid, l.attnum, l.attname, l.sequence
), top AS MATERIALIZED ( -- a tree is compared once, at its top; a column that draws is not fed by what it only owns
    SELECT l.*, format('%I.%I', n.nspname, c.relname) AS "table"
      FROM link l JOIN pg_catalog.pg_class c ON c.oid = l.relid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE l.draws = l.drawn
       AND NOT EXISTS (SELECT FROM below b JOIN link o ON o.relid = b.top AND o.draws = o.drawn
                        WHERE b.child = l.relid AND o.sequence = l.sequence AND o.attname = l.attname)
), part AS MATERIALIZED ( -- each with those below it; `apart`: a child with a default of its own, or a foreign table
    SELECT t.*, t.relid AS part, t."table" AS name, false AS apart FROM top t
    UNION ALL
    SELECT t.*, c.child::oid, c.sql, c.relkind = 'f' OR NOT c.is_partition AND coalesce((
               SELECT bool_and(o.sequence <> t.sequence) FROM link o
                WHERE o.relid = c.child AND o.attname = t.attname AND o.draws), false)
      FROM top t JOIN below b ON b.top = t.relid
      JOIN (SELECT DISTINCT child, sql, relkind, is_partition FROM child) AS c USING (child)
), tree AS MATERIALIZED ( -- the tables whose rows count, and what reading them takes
    SELECT m.relid, m.attnum, m.attname, m.sequence, m.expression, m.draws, m.certain, m."table",
           CASE WHEN bool_or(m.apart) THEN array_agg('ONLY ' || m.name ORDER BY m.part) FILTER (WHERE NOT m.apart)
                ELSE ARRAY[m."table"] END AS sources,
           string_agg(m.name, ', ') FILTER (WHERE m.apart AND c.relkind = 'f') AS outside,
           bool_and(c.relowner IN (TABLE trusted)) AS trusted, sum(1 + i.count) AS locks,
           sum(greatest(c.relpages, 0)) AS pages,
           sum(greatest(c.relpages, 0)) FILTER (WHERE NOT i.serves) AS unserved
      FROM part m JOIN pg_catalog.pg_class c ON c.oid = m.part
     CROSS JOIN LATERAL (
           SELECT count(*) AS count, coalesce(bool_or(x.indisvalid AND x.indpred IS NULL -- 403: btree
                      AND 403 = (SELECT opcmethod FROM pg_catalog.pg_opclass p WHERE p.oid = x.indclass[0])
                      AND m.attname = (SELECT o.attname FROM pg_catalog.pg_attribute o
                                        WHERE o.attrelid = m.part AND o.attnum = x.indkey[0])), false) AS serves
             FROM pg_catalog.pg_index x WHERE x.indrelid = m.part) AS i
     GROUP BY m.relid, m.attnum, m.attname, m.sequence, m.expression, m.draws, m.certain, m."table"
), feed AS MATERIALIZED ( -- the range of the column's type, and why it cannot be read (`reason`), or locked
    SELECT t.*, c.relowner, a.atttypid, y.kind, y.plain,
           t."table" || '.' || quote_ident(t.attname) AS label, 'fed.' || quote_ident(t.attname) AS "column",
           least(y.highest, 10::numeric ^ y.digits - 1) AS highest, -- text needs a character for the sign
           greatest(-y.highest - 1, 1 - 10::numeric ^ (y.digits - (y.kind = 'text')::int)) AS lowest,
           c.relowner IN (TABLE trusted) AND n.nspowner IN (TABLE trusted) AND t.trusted AND v.restricts AS known,
           has_table_privilege(c.oid, 'SELECT') AND (v.version >= 130000 OR NOT c.relhassubclass) AS shared,
           CASE WHEN c.relkind = 'v' THEN t."table" || ' is a view: reading it runs what its owner wrote'
                WHEN c.relkind = 'f' THEN t."table" || ' is a foreign table: reading it asks another server'
                WHEN NOT y.plain THEN 'the default is not plainly the sequence''s value: ' || left(t.expression, 80)
                WHEN NOT t.certain
                THEN 'the default names its sequence as text, and search_path decides which one is meant'
                WHEN y.kind = 'other' THEN 'values of its type cannot be compared with a sequence''s'
                WHEN NOT has_schema_privilege(n.oid, 'USAGE')
                THEN format('GRANT USAGE ON SCHEMA %I is missing', n.nspname)
                WHEN NOT has_column_privilege(c.oid, a.attnum, 'SELECT')
                THEN format('GRANT SELECT ON %s is missing', t."table")
                WHEN c.relrowsecurity AND row_security_active(c.oid)
                THEN 'row-level security hides rows from ' || current_user
                WHEN CASE y.kind WHEN 'text' THEN t.pages ELSE t.unserved END
                     > {:scan_limit} / current_setting('block_size')::bigint
                THEN 'no index on it, and too much to scan'
                WHEN t.locks > v.slots THEN format('reading it takes %s locks: run pgseq check', t.locks) END AS reason,
           CASE WHEN NOT has_table_privilege(c.oid, 'UPDATE, DELETE, TRUNCATE'
                         || CASE WHEN v.version < 170000 THEN '' ELSE ', MAINTAIN' END)
                THEN format('GRANT UPDATE ON %s is missing, to lock it', t."table") END AS unlocked
      FROM server v, tree t
      JOIN pg_catalog.pg_class c ON c.oid = t.relid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_attribute a ON a.attrelid = t.relid AND a.attnum = t.attnum
      LEFT JOIN base b ON b.domain = a.atttypid
     CROSS JOIN LATERAL (
           SELECT format_type(coalesce(b.base, a.atttypid), NULL) AS type,
                  CASE WHEN b.base IS NULL THEN a.atttypmod ELSE b.typmod END - 4 AS typmod,
                  CASE WHEN t.expression IS NULL THEN '{}' -- of the default, which has to be plainly this, its cast:
                       WHEN t.draws THEN regexp_match(t.expression, format('^(?:%1$s|\((?:%1$s)\)::(%2$s))$',
    {:nextval},
    {:casts})) END AS default OFFSET 0) AS x
     CROSS JOIN LATERAL (SELECT (x.typmod & 2047 # 1024) - 1024 AS scale) AS z -- see numeric_typmod_precision()
     CROSS JOIN LATERAL (
           SELECT x.default IS NOT NULL AS plain,
                  CASE WHEN x.type IN ({:integer_types}) THEN 'integer'
                       WHEN x.type IN ({:text_types}) THEN 'text'
                       WHEN x.type = 'numeric' AND (x.typmod < 0 OR z.scale >= 0) THEN 'numeric'
                       ELSE 'other' END AS kind,
                  (SELECT min(i.highest) FROM (VALUES
                          {:integers})
                      AS i (name, highest) WHERE i.name IN (x.type, x.default[3])) AS highest,
                  CASE WHEN x.typmod < 0 OR x.type = 'name' THEN NULL
                       WHEN x.type = 'numeric' THEN greatest((x.typmod >> 16 & 65535) - z.scale, 0)
                       WHEN x.type IN ({:text_types}) AND x.typmod <= {:digits}
                       THEN x.typmod END AS digits OFFSET 0) AS y
), fed AS ( -- the feeds of a sequence together, and pieces of the statements that look at them and lock them
    SELECT f.sequence, string_agg(f.label, ', ' ORDER BY f.relid, f.attnum) AS feeds, max(f.per_row) AS draws,
           max(f.lowest) FILTER (WHERE f.plain) AS lowest, min(f.highest) FILTER (WHERE f.plain) AS highest,
           nullif(string_agg(concat_ws('; ', f.label || ': ' || f.reason, f.outside || ' is a foreign table'), ''), '')
               AS reason,
           string_agg(DISTINCT CASE WHEN f.tables <> '' THEN f.unlocked END, '; ') AS unlocked,
           string_agg(f.first, ', ') AS first, string_agg(f.last, ', ') AS last,
           string_agg(f.values, ' UNION ALL ') AS values,
           concat_ws('; ', -- nobody waits for tables of a second owner
               'LOCK TABLE ' || string_agg(f.tables, ', ' ORDER BY f.relid) FILTER (WHERE f.relowner = f.own)
               || ' IN SHARE ROW EXCLUSIVE MODE',
               'LOCK TABLE ' || string_agg(f.tables, ', ' ORDER BY f.relid) FILTER (WHERE f.relowner <> f.own)
               || ' IN SHARE ROW EXCLUSIVE MODE NOWAIT') AS lock,
           'LOCK TABLE ' || string_agg(f.tables, ', ') FILTER (WHERE f.shared AND NOT f.known)
               || ' IN ACCESS SHARE MODE' AS sharing,
           string_agg(f.identities, ', ') FILTER (WHERE NOT f.known) AS identities
      FROM (SELECT f.*, p.*, count(*) FILTER (WHERE f.draws) OVER (PARTITION BY f.sequence, f.relid) AS per_row,
                   coalesce(max(f.relowner) FILTER (WHERE f.relowner = s.relowner) OVER (PARTITION BY f.sequence),
                            first_value(f.relowner) OVER (PARTITION BY f.sequence ORDER BY f.relid)) AS own
              FROM feed f JOIN sequence s ON s.seqrelid = f.sequence
             CROSS JOIN LATERAL (
                   SELECT CASE WHEN f.kind = 'text' THEN format(
    {:number},
                               f."column") ELSE f."column" END AS value,
                          CASE WHEN s.seqincrement > 0
                               THEN least(s.seqmax, CASE WHEN f.plain THEN f.highest END)
                               ELSE greatest(s.seqmin, CASE WHEN f.plain THEN f.lowest END) END::bigint AS bound) AS v
             CROSS JOIN LATERAL (
                   SELECT format(
    {:ahead}
                          || CASE WHEN abs(s.seqincrement) = 1 AND f.kind = 'integer' THEN '' ELSE
                               {:grid} END,
                          v.value, v.bound, abs(s.seqincrement::numeric), s.d[6], s.d[5]) AS condition) AS c
             CROSS JOIN LATERAL (
                   SELECT string_agg(format('(SELECT %s(%s)%s)', s.d[1], v.value, q.rest), ', ') AS first,
                          string_agg(format('(SELECT %s(%s)%s)', s.d[2], v.value, q.rest), ', ') AS last,
                          string_agg(format('SELECT %s::numeric%s', v.value, q.rest), ' UNION ALL ') AS values,
                          string_agg(source, ', ') AS tables,
                          string_agg(format('(%s::oid, ''rpm'', %L, ARRAY[%L], %s::oid)', f.relid,
                              regexp_replace(source, '^ONLY ', ''), f.attname, f.atttypid), ', ') AS identities
                     FROM unnest(CASE WHEN f.reason IS NULL THEN f.sources END) AS source,
                          LATERAL (SELECT format(' FROM %s AS fed WHERE %s', source, c.condition) AS rest) AS q) AS p
           ) AS f
     GROUP BY f.sequence
)
SELECT s.sql, f.feeds, s.seqincrement::numeric AS step, s.seqmin::numeric AS least, s.seqmax::numeric AS greatest,
       s.seqcycle AS cycle, CASE WHEN s.seqincrement > 0 THEN s.seqmax ELSE s.seqmin END::numeric AS last,
       greatest(f.draws, 1) AS draws, f.lowest, f.highest, b.bound, v.slots,
       concat_ws('; ', CASE WHEN NOT has_sequence_privilege(s.seqrelid, 'USAGE, SELECT')
                            THEN format('GRANT SELECT ON SEQUENCE %s is missing', s.sql) END, f.reason) AS reason,
       NOT (s.trusted AND p.by_name) AS lasting, -- looking at it locks the sequence until the transaction ends
       concat_ws('; ', f.sharing, CASE WHEN p.stranger THEN format(
    {:lock_sequences}, s.seqrelid) END,
       CASE WHEN k.identities <> '' THEN format($q$
{:unchanged}$q$,
           k.identities) END) AS guard,
       concat_ws('; ', 'it belongs to extension ' || e.extname, f.unlocked,
           CASE WHEN NOT has_schema_privilege(s.home, 'USAGE')
                THEN format('GRANT USAGE ON SCHEMA %I is missing', s.schema) END,
           CASE WHEN NOT has_sequence_privilege(s.seqrelid, 'UPDATE')
                THEN format('GRANT UPDATE ON SEQUENCE %s is missing', s.sql) END) AS immovable,
       l.look, format('SELECT %s FROM %s', coalesce(s.d[3] || '(' || f.first || ')', 'NULL'), r.run) AS first, f.lock,
       format('SELECT (SELECT count(DISTINCT value) FROM (%s) AS fed (value)) FROM %s', f.values, r.run) AS count,
       format( -- the statement that moves it, to which the last value that it may be moved to is appended
{:move},
           l.look, s.seqincrement, quote_literal(s.sql), format(
    {:walk},
                quote_literal(s.sql), s.seqincrement, NULL, s.d[2]),
           s.d[5], b.bound - s.seqcache * s.seqincrement::numeric,
           CASE WHEN s.seqcycle THEN '= seq.last_value' ELSE 'IS NULL' END,
           quote_literal(format('(%s,%s,%s,%s,%s,%s,%s)', s.seqstart, s.seqmin, s.seqmax, s.seqincrement, s.seqcycle,
                                s.seqcache, s.seqtypid::oid)), s.d[4]) AS move
  FROM server v, sequence s
  LEFT JOIN fed f ON f.sequence = s.seqrelid
  LEFT JOIN pg_catalog.pg_depend x
    ON x.classid = 'pg_catalog.pg_class'::regclass AND x.objid = s.seqrelid AND x.deptype = 'e'
  LEFT JOIN pg_catalog.pg_extension e ON e.oid = x.refobjid
 CROSS JOIN LATERAL (SELECT has_sequence_privilege(s.seqrelid, 'SELECT') AND has_schema_privilege(s.home, 'USAGE')
                         AS by_name OFFSET 0) AS o
 CROSS JOIN LATERAL (SELECT o.by_name, o.by_name AND NOT s.trusted AS stranger) AS p
 CROSS JOIN LATERAL (SELECT CASE WHEN p.by_name THEN s.sql ELSE format(
    {:by_function}, s.seqrelid) END AS at,
           CASE WHEN s.seqincrement > 0 THEN least(s.seqmax, f.highest) ELSE greatest(s.seqmin, f.lowest) END AS bound,
           CASE WHEN s.seqincrement > 0 THEN s.seqmax ELSE s.seqmin END - s.seqincrement::numeric AS turn) AS b
 CROSS JOIN LATERAL (SELECT concat_ws(', ', f.identities, CASE WHEN p.stranger THEN
           format('(%s::oid, ''S'', %L, ARRAY[]::text[], 0::oid)', s.seqrelid, s.sql) END) AS identities) AS k
 CROSS JOIN LATERAL (SELECT CASE WHEN NOT s.seqcycle THEN b.at || ' AS pos' ELSE format(
    {:anew},
           b.at, s.d[6], b.turn, CASE WHEN s.seqincrement > 0 THEN s.seqmin ELSE s.seqmax END) END AS run) AS r
 CROSS JOIN LATERAL (SELECT format(
    {:look},
           CASE WHEN s.seqcycle THEN 'pos.found_value AS last_value, pos.found_called AS is_called'
                ELSE 'pos.last_value, pos.is_called' END,
           s.seqincrement, coalesce(s.d[4] || '(' || f.last || ')', 'NULL'), r.run) AS look) AS l
