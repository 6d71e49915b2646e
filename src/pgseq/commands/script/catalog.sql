WITH RECURSIVE server AS MATERIALIZED ( -- `slots`: a quarter of the lock table; `restricts`: views can be refused
    SELECT current_setting('server_version_num')::int AS version, current_setting('max_locks_per_transaction')::int
           * (current_setting('max_connections')::int + current_setting('max_prepared_transactions')::int) / 4 AS slots,
           current_setting('restrict_nonsystem_relation_kind', true) IS NOT NULL AS restricts
), {:draws}
), trusted AS MATERIALIZED ( -- the roles that may do all that we may do: what they wrote may run
{:trusted}
), sequence AS MATERIALIZED ( -- `ends`: its first and last value; `d`: words for its direction
    SELECT s.*, s::text AS definition, n.nspname AS schema, c.relname AS name, format('%I.%I', n.nspname, c.relname) AS sql,
           s.seqincrement::numeric AS step,
           CASE WHEN s.seqincrement > 0 THEN '{min,max,<,>,greatest}' ELSE '{max,min,>,<,least}' END::text[] AS d,
           CASE WHEN s.seqincrement > 0 THEN ARRAY[s.seqmin, s.seqmax] ELSE ARRAY[s.seqmax, s.seqmin] END AS ends,
           has_sequence_privilege(c.oid, 'SELECT') AND has_schema_privilege(n.oid, 'USAGE') AS by_name,
           c.relowner IN (TABLE trusted) AND n.nspowner IN (TABLE trusted) AND v.restricts AS trusted
      FROM server v, pg_catalog.pg_sequence s
      JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND NOT pg_is_other_temp_schema(n.oid)
), named AS MATERIALIZED ( -- the columns, with the text of their defaults, and the role that draws
    SELECT p.relid, p.attnum, a.attname, p.sequence, p.draws, p.body, c.relowner AS owner, coalesce(p.definer, c.relowner) AS role, n.nspname AS schema,
{:default_text} AS expression
{:fed}
), meant AS ( -- a sequence named as text is one that search_path leads to, or beside the table; else any of that name
    SELECT n.*, n.sequence AS meant, false AS by_name, true AS certain FROM named n WHERE n.sequence IS NOT NULL
    UNION ALL
    SELECT (n).*, oid, true, (n).body IS NOT NULL OR 1 = count(*) OVER (PARTITION BY (n).relid, (n).attnum)
      FROM (SELECT n, s.seqrelid AS oid, rank() OVER (PARTITION BY n.relid, n.attnum, parts
                   ORDER BY parts[2] IS NULL AND NOT {:visible} AND s.schema <> n.schema) AS rank
              FROM named n, regexp_matches(coalesce(n.body, n.expression), CASE WHEN n.body IS NULL
                   THEN {:literal} ELSE {:between} END, 'g') AS m,
                   LATERAL (SELECT ltrim(replace(m[1], '''''', ''''), '.') AS text,
    {:word} AS word) AS t,
                   LATERAL (SELECT array_agg(coalesce(replace(w[1], '""', '"'), lower(w[2] COLLATE "C"))::name ORDER BY i DESC)
                              FROM regexp_matches(t.text, t.word, 'g') WITH ORDINALITY AS w (w, i)) AS p (parts), sequence s
             WHERE n.sequence IS NULL AND t.text ~ concat('^(', t.word, ')+$')
               AND s.name = parts[1] AND s.schema = coalesce(parts[2], s.schema)) AS n
     WHERE rank = 1
), link AS MATERIALIZED ( -- a default whose table's owner may not draw from the sequence feeds nothing
    SELECT relid, attnum, attname, meant AS sequence, max(expression) AS expression, bool_or(draws) AS draws,
           bool_or(bool_or(draws)) OVER (PARTITION BY relid, attname) AS drawn, bool_and(certain) AS certain,
           sum(bool_or(draws)::int) OVER (PARTITION BY meant, relid) AS n, owner = min(owner) OVER (PARTITION BY meant) AS own
      FROM meant d
      JOIN pg_catalog.pg_class c ON c.oid = d.meant JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relowner = d.role OR
{:may_draw}
     GROUP BY relid, attnum, attname, owner, meant
), below AS ( -- each with its table, and with all that inherit from it; what draws is not fed by what it only owns
    SELECT l.*, l.relid AS child FROM link l WHERE l.draws = l.drawn
    UNION
    SELECT relid, attnum, attname, sequence, expression, draws, drawn, certain, n, own, i.inhrelid
      FROM below b JOIN pg_catalog.pg_inherits i ON i.inhparent = b.child
{:inherits}
), tree AS MATERIALIZED ( -- compared once, at its top
    SELECT t.relid, t.attnum, t.attname, t.sequence, t.expression, t.draws, t.certain, t.n, t.own,
           bool_and(c.relowner IN (TABLE trusted)) AS trusted, sum(1 + i.count) AS locks,
           CASE WHEN bool_or(apart) THEN array_agg('ONLY ' || p.sql ORDER BY c.oid) FILTER (WHERE NOT apart)
                ELSE array_agg(p.sql) FILTER (WHERE c.oid = t.relid) END AS sources,
           string_agg(p.sql, ', ') FILTER (WHERE apart AND c.relkind = 'f') || ' is a foreign table' AS outside,
           sum(c.relpages) AS pages, sum(c.relpages) FILTER (WHERE i.serves IS NOT TRUE) AS unserved
      FROM (SELECT *, bool_or(child <> relid) OVER (PARTITION BY child, sequence, attname) AS covered FROM below) AS t
      JOIN pg_catalog.pg_class c ON c.oid = t.child JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace,
           LATERAL (SELECT format('%I.%I', n.nspname, c.relname) AS sql, c.oid <> t.relid AND (c.relkind = 'f'
                        OR NOT c.relispartition AND coalesce((SELECT bool_and(o.sequence <> t.sequence) FROM link o
                               WHERE o.relid = c.oid AND o.attname = t.attname AND o.draws), false)) AS apart) AS p,
           LATERAL (SELECT count(*), bool_or(x.indisvalid AND x.indpred IS NULL
                               AND pg_get_indexdef(x.indexrelid, 1, false) = quote_ident(t.attname)
                               AND pg_index_column_has_property(x.indexrelid, 1, 'orderable')) AS serves
                      FROM pg_catalog.pg_index x WHERE x.indrelid = c.oid) AS i
     GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9 HAVING NOT bool_or(t.covered AND t.child = t.relid)
), feeds AS ( -- of a sequence: their ranges, and pieces of the statements that look at them and lock them
    SELECT t.sequence, string_agg(x.label, ', ' ORDER BY t.relid, t.attnum) AS feeds,
           max(t.n) AS draws, max(z.lowest) AS lowest, min(z.highest) AS highest, string_agg(f.values, ' UNION ALL ') AS values,
           string_agg(nullif(concat_ws('; ', x.label || ': ' || q.reason, t.outside), ''), '; ' ORDER BY t.relid, t.attnum) AS reason,
           string_agg(f.identities, ', ') FILTER (WHERE NOT q.known) AS identities,
{:locking}
           string_agg('LOCK TABLE ' || f.tables || ' IN ACCESS SHARE MODE; ', '') FILTER (WHERE NOT q.known AND q.shared) AS sharing
      FROM server v, tree t JOIN pg_catalog.pg_sequence s ON s.seqrelid = t.sequence
      JOIN pg_catalog.pg_class c ON c.oid = t.relid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
      JOIN pg_catalog.pg_attribute a ON a.attrelid = t.relid AND a.attnum = t.attnum
      LEFT JOIN base b ON b.domain = a.atttypid
     CROSS JOIN LATERAL ( -- `pure`: the default is plainly the sequence's value; its cast
           SELECT CASE WHEN t.expression IS NULL THEN '{}' WHEN t.draws THEN
                  regexp_match(t.expression, format('^(?:%1$s|\(%1$s\)::({:casts}))$',
    {:nextval})) END AS pure,
                  format('%I.%I', n.nspname, c.relname) AS sql, format('%I.%I.%I', n.nspname, c.relname, t.attname) AS label,
                  nullif(coalesce(b.typmod, a.atttypmod), -1) - 4 AS typmod OFFSET 0) AS x
      LEFT JOIN pg_catalog.pg_type k ON x.pure IS NOT NULL AND k.oid = coalesce(b.base, a.atttypid) AND k.oid = ANY ({:types}::regtype[])
     CROSS JOIN LATERAL ( -- its limits (see make_numeric_typmod())
           SELECT k.typcategory = 'S' AS text, k.typname = 'numeric' AND (x.typmod & 2047 # 1024) < 1024 AS rounded,
                  2::numeric ^ (8 * least(nullif(k.typlen, -1), (SELECT nullif(typlen, -1) FROM pg_catalog.pg_type
                  WHERE oid = to_regtype(x.pure[3]))) - 1) AS beyond,
                  CASE WHEN k.typcategory = 'S' THEN least(x.typmod, {:digits}) WHEN k.typname = 'numeric' AND x.typmod >= 0
                       THEN greatest((x.typmod >> 16 & 65535) - (x.typmod & 2047 # 1024) + 1024, 0) END AS digits) AS y
     CROSS JOIN LATERAL (
           SELECT least(y.beyond, 10::numeric ^ y.digits) - 1 AS highest, -- text needs one for the sign
                  greatest(-y.beyond, 1 - 10::numeric ^ (y.digits - y.text::int)) AS lowest) AS z
     CROSS JOIN LATERAL ( -- why it cannot be read
           SELECT CASE WHEN c.relkind = 'v' THEN x.sql || ' is a view: reading it runs what its owner wrote'
                WHEN c.relkind = 'f' THEN x.sql || ' is a foreign table: reading it asks another server'
                WHEN x.pure IS NULL THEN 'the default is not plainly the sequence''s value: ' || left(t.expression, 80)
                WHEN NOT t.certain THEN 'the default names it as text, and search_path decides which sequence is meant'
                WHEN k.oid IS NULL OR y.rounded THEN 'values of its type cannot be compared with a sequence''s'
                WHEN NOT has_schema_privilege(n.oid, 'USAGE') THEN format('GRANT USAGE ON SCHEMA %I is missing', n.nspname)
                WHEN NOT has_column_privilege(c.oid, a.attnum, 'SELECT') THEN 'GRANT SELECT ON ' || x.sql || ' is missing'
                WHEN row_security_active(c.oid) THEN 'row-level security hides rows from ' || current_user
                WHEN CASE WHEN y.text THEN t.pages ELSE t.unserved END > {:scan_limit} / current_setting('block_size')::int
                THEN 'no index on it, and too much to scan'
                WHEN t.locks > v.slots THEN format('reading it takes %s locks: run pgseq check', t.locks) END AS reason,
                  n.nspowner IN (TABLE trusted) AND t.trusted AND v.restricts AS known,
                  has_table_privilege(c.oid, 'SELECT') AND (v.version >= 130000 OR NOT c.relhassubclass) AS shared) AS q
     CROSS JOIN LATERAL ( -- the values to come that it holds
           SELECT string_agg(format(translate('SELECT %1$s FROM %4$s AS fed WHERE ' || concat_ws(' AND ', {:ahead},
                      CASE WHEN s.seqincrement NOT IN (1, -1) OR k.typname !~ '^int' THEN {:grid} END), CASE WHEN s.seqincrement < 0 THEN '<>' ELSE '' END, '><'),
                      format(CASE WHEN NOT y.text THEN '%s' ELSE
    {:number} END, 'fed.' || quote_ident(t.attname)),
                      CASE WHEN s.seqincrement > 0 THEN least(s.seqmax, z.highest) ELSE greatest(s.seqmin, z.lowest) END::bigint,
                      s.seqincrement, source), ' UNION ALL ') AS values,
                  string_agg(source, ', ') AS tables, string_agg(format('(%s::oid, ''rpm'', %L, ARRAY[%L], %s::oid)', t.relid,
                      regexp_replace(source, '^ONLY ', ''), t.attname, a.atttypid), ', ') AS identities
             FROM unnest(CASE WHEN q.reason IS NULL THEN t.sources END) AS source) AS f
     GROUP BY t.sequence
)
SELECT s.*, f.feeds, greatest(f.draws, 1) AS draws, f.lowest, f.highest, b.bound, v.slots, b.lack, l.look, r.ahead,
       NOT (s.trusted AND s.by_name) AS lasting, -- looking at it locks the sequence until the transaction ends
       concat_ws('; ', CASE WHEN NOT has_sequence_privilege(s.seqrelid, 'USAGE,SELECT') THEN b.lack END, f.reason) AS reason,
{:moving}
       'DO ' || quote_literal(concat('DECLARE changed text; BEGIN ', f.sharing,
           CASE WHEN s.by_name AND NOT s.trusted THEN format('PERFORM pg_sequence_last_value(%s); ', s.seqrelid) END) || $q$changed := (
{:unchanged});
IF changed <> '' THEN RAISE '% has changed meanwhile', changed USING HINT = 'Run it again.'; END IF; END$q$) AS guard
  FROM server v, sequence s LEFT JOIN feeds f ON f.sequence = s.seqrelid
 CROSS JOIN LATERAL (
       SELECT 'GRANT SELECT ON SEQUENCE ' || s.sql || ' is missing' AS lack,
              nullif(concat_ws(', ', f.identities, CASE WHEN s.by_name AND NOT s.trusted
                   THEN format('(%s::oid, ''S'', %L, ARRAY[]::text[], 0::oid)', s.seqrelid, s.sql) END), '') AS known,
              CASE WHEN s.step > 0 THEN least(s.seqmax, f.highest) ELSE greatest(s.seqmin, f.lowest) END AS bound) AS b
 CROSS JOIN LATERAL (
       SELECT format(' FROM (%s) AS fed (value))::bigint AS stored_up_to FROM %s',
                     coalesce(f.values, 'SELECT NULL::bigint'),
                     format(CASE WHEN NOT s.seqcycle THEN '%1$s AS pos' ELSE
    {:anew} END,
                     CASE WHEN s.by_name THEN s.sql ELSE format({:by_function}, s.seqrelid) END, s.d[4], s.ends[2] - s.step, s.ends[1])) AS ahead) AS r
 CROSS JOIN LATERAL (
       SELECT format('SELECT %s, pos.last_value - %s::numeric * (NOT pos.is_called)::int AS before, (SELECT %s(value)',
                     CASE WHEN s.seqcycle THEN 'pos.found_value AS last_value, pos.found_called AS is_called'
                          ELSE 'pos.last_value, pos.is_called' END, s.step, s.d[2]) || r.ahead AS look) AS l
