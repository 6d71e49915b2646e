-- pgseq: every sequence of this database, the columns that it feeds, its definition, and the statement that looks at
-- it. One SELECT, for clients that allow one statement only. PostgreSQL 12 to 18.
-- One SELECT cannot set search_path: where others may create objects in a schema of yours, SET search_path = pg_catalog
-- before, so that no function of theirs is meant.
-- `guard` is to be run before `look`, in one transaction, where tables of other owners are read.
-- The one definition: a sequence will hand out its next value, next + INCREMENT, and so on, up to MAXVALUE (down to
-- MINVALUE). It is out_of_sync when a value that it will still hand out is stored in a column that it feeds: by serial,
-- identity, or a default, whoever owns it. Values behind it, outside of its range, or off its grid cannot collide.
-- It is exhausted when it has no next value, or a column's type no room for it; unknown when that could not be seen.
-- The repair: the first value of the grid beyond `stored_up_to`, the last stored value that it would still hand out.
-- That is so where the `stored_up_to` that `look` returns is not NULL.
SELECT sql AS sequence, feeds, seqincrement AS increment, seqmin AS minvalue, seqmax AS maxvalue, seqcycle AS cycle,
       nullif(reason, '') AS not_seen, nullif(guard, '') AS guard, look
  FROM (
WITH RECURSIVE server AS MATERIALIZED ( -- `slots`: a quarter of the lock table; `restricts`: views can be refused
  SELECT current_setting('server_version_num')::int AS version, current_setting('max_locks_per_transaction')::int
    * (current_setting('max_connections')::int + current_setting('max_prepared_transactions')::int) / 4 AS slots,
    current_setting('restrict_nonsystem_relation_kind', true) IS NOT NULL AS restricts
), defaults AS MATERIALIZED ( -- of columns, their domains' included: which sequence each depends on
  SELECT d.class, d.oid, d.relid, d.attnum, p.refobjid AS sequence, d.tree LIKE '%:funcid '
    || 'pg_catalog.nextval(regclass)'::regprocedure::oid || ' %' AS calls_nextval
  FROM (SELECT tableoid AS class, oid, adrelid AS relid, adnum AS attnum, adbin::text AS tree FROM pg_catalog.pg_attrdef
    UNION ALL SELECT t.tableoid, t.oid, a.attrelid, a.attnum, t.typdefaultbin::text FROM pg_catalog.pg_type t
    JOIN pg_catalog.pg_attribute a ON a.atttypid = t.oid AND NOT a.atthasdef AND a.attidentity = ''
    JOIN pg_catalog.pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'f')
    WHERE t.oid >= 16384 AND t.typdefaultbin IS NOT NULL) AS d -- FirstNormalObjectId
  LEFT JOIN pg_catalog.pg_depend p ON p.classid = d.class AND p.objid = d.oid
    AND p.refclassid = 'pg_catalog.pg_class'::regclass
    AND (SELECT true FROM pg_catalog.pg_sequence s WHERE s.seqrelid = p.refobjid)
), functions AS MATERIALIZED ( -- that defaults call: the sequence that each depends on, or its text, if that draws
  SELECT f.oid, CASE WHEN f.prosecdef THEN f.proowner END AS definer, d.* FROM pg_catalog.pg_proc f, LATERAL (
    SELECT p.refobjid AS sequence, NULL AS body
    FROM pg_catalog.pg_depend p JOIN pg_catalog.pg_sequence s ON s.seqrelid = p.refobjid
    WHERE p.classid = 'pg_catalog.pg_proc'::regclass AND p.objid = f.oid
      AND p.refclassid = 'pg_catalog.pg_class'::regclass
    UNION ALL SELECT NULL, left(f.prosrc, 100000) WHERE f.prosrc ~* '\mnextval\M') AS d WHERE f.oid >= 16384
    AND EXISTS (SELECT FROM pg_catalog.pg_depend p
    WHERE p.refclassid = 'pg_catalog.pg_proc'::regclass AND p.refobjid = f.oid
      AND p.classid = ANY ('{pg_catalog.pg_attrdef,pg_catalog.pg_type}'::regclass[]))
), pairs AS ( -- columns and sequences: by what the default names, by functions in it, by ownership
  SELECT relid, attnum, sequence, NULL AS body, NULL::oid AS definer, true AS draws FROM defaults d
  WHERE calls_nextval OR sequence IS NOT NULL AND EXISTS (SELECT FROM pg_catalog.pg_depend p
    WHERE p.classid = d.class AND p.objid = d.oid
      AND p.refclassid = ANY ('{pg_catalog.pg_proc,pg_catalog.pg_operator}'::regclass[]))
  UNION ALL SELECT d.relid, d.attnum, f.sequence, f.body, f.definer, true FROM functions f
  JOIN pg_catalog.pg_depend p ON p.refclassid = 'pg_catalog.pg_proc'::regclass AND p.refobjid = f.oid
  JOIN defaults d ON d.class = p.classid AND d.oid = p.objid WHERE EXISTS (SELECT FROM functions)
  UNION ALL SELECT p.refobjid, p.refobjsubid, p.objid, NULL, NULL, p.deptype = 'i' FROM pg_catalog.pg_depend p
  JOIN pg_catalog.pg_sequence s ON s.seqrelid = p.objid
  WHERE p.classid = 'pg_catalog.pg_class'::regclass AND p.refclassid = 'pg_catalog.pg_class'::regclass
    AND p.deptype IN ('a', 'i')
), base AS ( -- the types beneath domains
  SELECT d.oid AS domain, t.oid AS base, d.typtypmod AS typmod FROM pg_catalog.pg_type d
  JOIN pg_catalog.pg_type t ON t.oid = d.typbasetype AND t.typtype <> 'd' WHERE d.typtype = 'd'
  UNION ALL SELECT d.oid, base, greatest(d.typtypmod, typmod)
  FROM base b JOIN pg_catalog.pg_type d ON d.typbasetype = b.domain AND d.typtype = 'd'
), trusted AS MATERIALIZED ( -- the roles that may do all that we may do: what they wrote may run
  SELECT r.oid FROM pg_catalog.pg_roles r
  LEFT JOIN pg_catalog.pg_database d ON rolname = 'pg_database_owner' AND datname = current_database()
  WHERE pg_has_role(coalesce(d.datdba, r.oid), current_user, 'MEMBER')
), sequence AS MATERIALIZED ( -- `ends`: its first and last value; `d`: words for its direction
  SELECT s.*, s::text AS definition, n.nspname AS schema, c.relname AS name,
    format('%I.%I', n.nspname, c.relname) AS sql, s.seqincrement::numeric AS step, CASE WHEN s.seqincrement > 0
    THEN '{min,max,<,>,greatest}' ELSE '{max,min,>,<,least}' END::text[] AS d, CASE WHEN s.seqincrement > 0
    THEN ARRAY[s.seqmin, s.seqmax] ELSE ARRAY[s.seqmax, s.seqmin] END AS ends, has_sequence_privilege(c.oid, 'SELECT')
    AND has_schema_privilege(n.oid, 'USAGE') AS by_name, c.relowner IN (TABLE trusted) AND n.nspowner IN (TABLE trusted)
    AND v.restricts AS trusted
  FROM server v, pg_catalog.pg_sequence s
  JOIN pg_catalog.pg_class c ON c.oid = s.seqrelid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND NOT pg_is_other_temp_schema(n.oid)
), named AS MATERIALIZED ( -- the columns, with the text of their defaults, and the role that draws
  SELECT p.relid, p.attnum, a.attname, p.sequence, p.draws, p.body, c.relowner AS owner,
    coalesce(p.definer, c.relowner) AS role, n.nspname AS schema, CASE WHEN octet_length(e.tree::text) > 1000000
    THEN left(e.tree::text, 100000) ELSE left(pg_get_expr(e.tree, 0), 2000) END AS expression
  FROM pairs p JOIN pg_catalog.pg_class c ON c.oid = p.relid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND NOT pg_is_other_temp_schema(n.oid)
  JOIN pg_catalog.pg_attribute a ON a.attrelid = p.relid AND a.attnum = p.attnum AND NOT a.attisdropped
    AND a.attgenerated = '' JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = p.relid AND d.adnum = p.attnum
  JOIN LATERAL (SELECT coalesce(d.adbin, t.typdefaultbin) AS tree) AS e ON p.draws OR e.tree IS NULL
    OR e.tree::text LIKE '%:funcid ' || 'pg_catalog.nextval(regclass)'::regprocedure::oid || ' %'
    OR EXISTS (SELECT FROM pg_catalog.pg_depend f -- one of an extension draws from none that is not named
    WHERE f.classid = coalesce(d.tableoid, t.tableoid) AND f.objid = coalesce(d.oid, t.oid)
      AND f.refclassid = ANY ('{pg_catalog.pg_proc,pg_catalog.pg_operator}'::regclass[])
      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x
      WHERE x.classid = f.refclassid AND x.objid = f.refobjid AND x.deptype = 'e'))
), meant AS ( -- a sequence named as text is one that search_path leads to, or beside the table; else any of that name
  SELECT n.*, n.sequence AS meant, false AS by_name, true AS certain FROM named n WHERE n.sequence IS NOT NULL
  UNION ALL SELECT (n).*, oid, true, (n).body IS NOT NULL OR 1 = count(*) OVER (PARTITION BY (n).relid, (n).attnum)
  FROM (SELECT n, s.seqrelid AS oid, rank() OVER (PARTITION BY n.relid, n.attnum, parts ORDER BY parts[2] IS NULL
        AND NOT pg_table_is_visible(s.seqrelid) AND s.schema <> n.schema) AS rank
    FROM named n, regexp_matches(coalesce(n.body, n.expression), CASE WHEN n.body IS NULL
        THEN $q$'((?:[^']|'')*)'::(?:text|character varying|name)$q$ ELSE $q$'([^']+)(?=')$q$ END, 'g') AS m,
      LATERAL (SELECT ltrim(replace(m[1], '''''', ''''), '.') AS text,
        $q$[ \t\n\r\f\v]*(?:"((?:[^"]|"")*)"|([^ \t\n\r\f\v."][^ \t\n\r\f\v.]*))[ \t\n\r\f\v]*(\.|$)$q$ AS word) AS t,
      LATERAL (SELECT array_agg(coalesce(replace(w[1], '""', '"'), lower(w[2] COLLATE "C"))::name ORDER BY i DESC)
      FROM regexp_matches(t.text, t.word, 'g') WITH ORDINALITY AS w (w, i)) AS p (parts), sequence s
    WHERE n.sequence IS NULL AND t.text ~ concat('^(', t.word, ')+$') AND s.name = parts[1]
      AND s.schema = coalesce(parts[2], s.schema)) AS n WHERE rank = 1
), link AS MATERIALIZED ( -- a default whose table's owner may not draw from the sequence feeds nothing
  SELECT relid, attnum, attname, meant AS sequence, max(expression) AS expression, bool_or(draws) AS draws,
    bool_or(bool_or(draws)) OVER (PARTITION BY relid, attname) AS drawn, bool_and(certain) AS certain,
    sum(bool_or(draws)::int) OVER (PARTITION BY meant, relid) AS n, owner = min(owner) OVER (PARTITION BY meant) AS own
  FROM meant d JOIN pg_catalog.pg_class c ON c.oid = d.meant JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relowner = d.role OR
    (has_sequence_privilege(d.role, c.oid, 'USAGE, UPDATE') OR pg_has_role(d.role, c.relowner, 'MEMBER'))
    AND (NOT d.by_name OR has_schema_privilege(d.role, n.oid, 'USAGE') OR pg_has_role(d.role, n.nspowner, 'MEMBER'))
  GROUP BY relid, attnum, attname, owner, meant
), below AS ( -- each with its table, and with all that inherit from it; what draws is not fed by what it only owns
  SELECT l.*, l.relid AS child FROM link l WHERE l.draws = l.drawn
  UNION SELECT relid, attnum, attname, sequence, expression, draws, drawn, certain, n, own, i.inhrelid
  FROM below b JOIN pg_catalog.pg_inherits i ON i.inhparent = b.child
  JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid AND c.relkind IN ('r', 'p', 'f')
    AND NOT pg_is_other_temp_schema(c.relnamespace) AND (to_jsonb(i) ->> 'inhdetachpending') IS DISTINCT FROM 'true'
), tree AS MATERIALIZED ( -- compared once, at its top
  SELECT t.relid, t.attnum, t.attname, t.sequence, t.expression, t.draws, t.certain, t.n, t.own,
    bool_and(c.relowner IN (TABLE trusted)) AS trusted, sum(1 + i.count) AS locks, CASE WHEN bool_or(apart)
    THEN array_agg('ONLY ' || p.sql ORDER BY c.oid) FILTER (WHERE NOT apart) ELSE array_agg(p.sql)
    FILTER (WHERE c.oid = t.relid) END AS sources, string_agg(p.sql, ', ') FILTER (WHERE apart AND c.relkind = 'f')
    || ' is a foreign table' AS outside, sum(c.relpages) AS pages, sum(c.relpages)
    FILTER (WHERE i.serves IS NOT TRUE) AS unserved
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
  SELECT t.sequence, string_agg(x.label, ', ' ORDER BY t.relid, t.attnum) AS feeds, max(t.n) AS draws,
    max(z.lowest) AS lowest, min(z.highest) AS highest, string_agg(f.values, ' UNION ALL ') AS values,
    string_agg(nullif(concat_ws('; ', x.label || ': ' || q.reason, t.outside), ''), '; ' ORDER BY t.relid,
      t.attnum) AS reason, string_agg(f.identities, ', ') FILTER (WHERE NOT q.known) AS identities,
    string_agg('LOCK TABLE ' || f.tables || ' IN ACCESS SHARE MODE; ', '')
    FILTER (WHERE NOT q.known AND q.shared) AS sharing
  FROM server v, tree t JOIN pg_catalog.pg_sequence s ON s.seqrelid = t.sequence
  JOIN pg_catalog.pg_class c ON c.oid = t.relid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = t.relid AND a.attnum = t.attnum
  LEFT JOIN base b ON b.domain = a.atttypid
  CROSS JOIN LATERAL ( -- `pure`: the default is plainly the sequence's value; its cast
    SELECT CASE WHEN t.expression IS NULL THEN '{}' WHEN t.draws THEN
      regexp_match(t.expression, format('^(?:%1$s|\(%1$s\)::(smallint|integer|bigint|numeric|text|character varying))$',
          $q$nextval\((?:'(?:[^']|'')*'|\('((?:[^']|'')*)'::(?:text|character varying)\))::regclass\)$q$)) END AS pure,
      format('%I.%I', n.nspname, c.relname) AS sql, format('%I.%I.%I', n.nspname, c.relname, t.attname) AS label,
      nullif(coalesce(b.typmod, a.atttypmod), -1) - 4 AS typmod OFFSET 0) AS x
  LEFT JOIN pg_catalog.pg_type k ON x.pure IS NOT NULL AND k.oid = coalesce(b.base, a.atttypid)
    AND k.oid = ANY ('{smallint, integer, bigint, numeric, character, character varying, name, text}'::regtype[])
  CROSS JOIN LATERAL ( -- its limits (see make_numeric_typmod())
    SELECT k.typcategory = 'S' AS text, k.typname = 'numeric' AND (x.typmod & 2047 # 1024) < 1024 AS rounded,
      2::numeric ^ (8 * least(nullif(k.typlen, -1), (SELECT nullif(typlen, -1) FROM pg_catalog.pg_type
          WHERE oid = to_regtype(x.pure[3]))) - 1) AS beyond, CASE WHEN k.typcategory = 'S'
      THEN least(x.typmod, 20) WHEN k.typname = 'numeric' AND x.typmod >= 0
      THEN greatest((x.typmod >> 16 & 65535) - (x.typmod & 2047 # 1024) + 1024, 0) END AS digits) AS y
  CROSS JOIN LATERAL (SELECT least(y.beyond, 10::numeric ^ y.digits) - 1 AS highest, -- text needs one for the sign
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
      WHEN CASE WHEN y.text THEN t.pages ELSE t.unserved END > 1073741824 / current_setting('block_size')::int
      THEN 'no index on it, and too much to scan'
      WHEN t.locks > v.slots THEN format('reading it takes %s locks: run pgseq check', t.locks) END AS reason,
      n.nspowner IN (TABLE trusted) AND t.trusted AND v.restricts AS known, has_table_privilege(c.oid, 'SELECT')
      AND (v.version >= 130000 OR NOT c.relhassubclass) AS shared) AS q
  CROSS JOIN LATERAL ( -- the values to come that it holds
    SELECT string_agg(format(translate('SELECT %1$s FROM %4$s AS fed WHERE '
            || concat_ws(' AND ', '%1$s >= pos.last_value', '%1$s <= %2$L::bigint',
              'NOT (pos.is_called AND %1$s = pos.last_value)', CASE WHEN s.seqincrement NOT IN (1, -1)
              OR k.typname !~ '^int' THEN 'mod(%1$s::numeric - pos.last_value, %3$s) = 0' END),
            CASE WHEN s.seqincrement < 0 THEN '<>' ELSE '' END, '><'), format(CASE WHEN NOT y.text THEN '%s' ELSE
            $q$CASE WHEN (%1$s::text COLLATE "C") ~ '^(0|-?[1-9][0-9]{0,18})$' THEN %1$s::text::numeric END$q$ END,
            'fed.' || quote_ident(t.attname)), CASE WHEN s.seqincrement > 0 THEN least(s.seqmax, z.highest)
          ELSE greatest(s.seqmin, z.lowest) END::bigint, s.seqincrement, source), ' UNION ALL ') AS values,
      string_agg(source, ', ') AS tables, string_agg(format('(%s::oid, ''rpm'', %L, ARRAY[%L], %s::oid)', t.relid,
          regexp_replace(source, '^ONLY ', ''), t.attname, a.atttypid), ', ') AS identities
    FROM unnest(CASE WHEN q.reason IS NULL THEN t.sources END) AS source) AS f GROUP BY t.sequence)
SELECT s.*, f.feeds, greatest(f.draws, 1) AS draws, f.lowest, f.highest, b.bound, v.slots, b.lack, l.look, r.ahead,
  NOT (s.trusted AND s.by_name) AS lasting, -- looking at it locks the sequence until the transaction ends
  concat_ws('; ', CASE WHEN NOT has_sequence_privilege(s.seqrelid, 'USAGE,SELECT') THEN b.lack END, f.reason) AS reason,
  'DO ' || quote_literal(concat('DECLARE changed text; BEGIN ', f.sharing, CASE WHEN s.by_name AND NOT s.trusted
      THEN format('PERFORM pg_sequence_last_value(%s); ', s.seqrelid) END) || $q$changed := (
    WITH RECURSIVE known (relid, kinds, name, columns, type) AS (VALUES $q$ || b.known || $q$), tree AS (
      SELECT relid AS top, relid FROM known
      UNION SELECT t.top, i.inhrelid FROM tree t JOIN pg_catalog.pg_inherits i ON i.inhparent = t.relid)
    SELECT string_agg(DISTINCT k.name, ', ') FROM known k WHERE NOT EXISTS (SELECT FROM tree t
      JOIN pg_catalog.pg_class c ON c.oid = t.relid AND strpos(k.kinds, c.relkind::text) > 0
      WHERE t.top = k.relid AND t.relid = to_regclass(k.name)) OR EXISTS (SELECT FROM pg_catalog.pg_attribute a
      WHERE a.attrelid = to_regclass(k.name) AND a.attname = ANY (k.columns) AND a.atttypid >= 16384
        AND a.atttypid <> k.type) OR EXISTS (SELECT FROM tree t, LATERAL (
        SELECT 'pg_catalog.pg_class'::regclass AS class, t.relid AS oid
        UNION ALL SELECT 'pg_catalog.pg_class'::regclass, indexrelid FROM pg_catalog.pg_index WHERE indrelid = t.relid
        UNION ALL SELECT tableoid, oid FROM pg_catalog.pg_statistic_ext WHERE stxrelid = t.relid) AS e
      JOIN pg_catalog.pg_depend d ON d.classid = e.class AND d.objid = e.oid WHERE t.top = k.relid
        AND d.refclassid = ANY ('{pg_catalog.pg_proc,pg_catalog.pg_operator}'::regclass[])) HAVING count(*) > 0);
  IF changed <> '' THEN RAISE '% has changed meanwhile', changed USING HINT = 'Run it again.'; END IF; END$q$) AS guard
FROM server v, sequence s LEFT JOIN feeds f ON f.sequence = s.seqrelid
CROSS JOIN LATERAL (SELECT 'GRANT SELECT ON SEQUENCE ' || s.sql || ' is missing' AS lack,
    nullif(concat_ws(', ', f.identities, CASE WHEN s.by_name AND NOT s.trusted
        THEN format('(%s::oid, ''S'', %L, ARRAY[]::text[], 0::oid)', s.seqrelid, s.sql) END), '') AS known,
    CASE WHEN s.step > 0 THEN least(s.seqmax, f.highest) ELSE greatest(s.seqmin, f.lowest) END AS bound) AS b
CROSS JOIN LATERAL (SELECT format(' FROM (%s) AS fed (value))::bigint AS stored_up_to FROM %s',
      coalesce(f.values, 'SELECT NULL::bigint'), format(CASE WHEN NOT s.seqcycle THEN '%1$s AS pos' ELSE
        $q$(SELECT CASE WHEN is_called AND last_value %2$s %3$s THEN %4$L::bigint ELSE last_value END AS last_value,
          is_called AND NOT last_value %2$s %3$s AS is_called, last_value AS found_value, is_called AS found_called
        FROM %1$s AS found) AS pos$q$ END, CASE WHEN s.by_name THEN s.sql
        ELSE format($q$(SELECT pg_sequence_last_value('%s') AS last_value, true AS is_called)$q$, s.seqrelid) END,
        s.d[4], s.ends[2] - s.step, s.ends[1])) AS ahead) AS r
CROSS JOIN LATERAL (
  SELECT format('SELECT %s, pos.last_value - %s::numeric * (NOT pos.is_called)::int AS before, (SELECT %s(value)',
      CASE WHEN s.seqcycle THEN 'pos.found_value AS last_value, pos.found_called AS is_called'
      ELSE 'pos.last_value, pos.is_called' END, s.step, s.d[2]) || r.ahead AS look) AS l
) AS found
 ORDER BY sql;
