-- pgseq: moves the sequences of this database that are out of sync beyond what is stored. PostgreSQL 12 to 18.
-- Each that is out of sync is looked at again under a short lock on its tables, and only moved forward. Its last result
-- has a row a sequence, what could not be moved first. A ROLLBACK does not take moves back: `undo` does.
-- The one definition: a sequence will hand out its next value, next + INCREMENT, and so on, up to MAXVALUE (down to
-- MINVALUE). It is out_of_sync when a value that it will still hand out is stored in a column that it feeds: by serial,
-- identity, or a default, whoever owns it. Values behind it, outside of its range, or off its grid cannot collide.
-- It is exhausted when it has no next value, or a column's type no room for it; unknown when that could not be seen.
-- The repair: the first value of the grid beyond `stored_up_to`, the last stored value that it would still hand out.
DO $pgseq$ BEGIN
  IF version() !~ '^PostgreSQL (1[2-9]|[2-9][0-9])' OR version() ~* 'greenplum|-yb-' THEN
    RAISE feature_not_supported USING MESSAGE = 'pgseq needs PostgreSQL 12 or later', HINT = 'This is ' || version();
  END IF;
  PERFORM set_config('pgseq.transaction', now()::text, false); -- tells what is one transaction with this
END $pgseq$;

DO $pgseq$
#variable_conflict use_column
DECLARE
  max_jump CONSTANT numeric := 0.1; -- part of the free values left that a move may give up
  scan_limit CONSTANT bigint := 107374182; -- bytes of a table that are read where no index serves
  safe jsonb := '{"restrict_nonsystem_relation_kind": "view, foreign-table", "search_path": "pg_catalog, pg_temp",
    "quote_all_identifiers": "off", "constraint_exclusion": "off", "lock_timeout": "2000",
    "row_security": "off", "jit": "off"}';
  own jsonb := (SELECT pg_catalog.jsonb_object_agg(name, setting) FROM pg_catalog.pg_settings WHERE safe ? name);
  visible oid[] := ARRAY(SELECT seqrelid FROM pg_catalog.pg_sequence WHERE pg_catalog.pg_table_is_visible(seqrelid));
  may_commit boolean := now() = statement_timestamp() AND now()::text <> current_setting('pgseq.transaction');
  unreached text := 'not reached: one transaction may not lock more; run it again outside of one';
  rows jsonb[] := '{}'; held bigint := 0; -- locks on sequences, which only the end of the transaction releases
  s record; status text; reason text; obstacle text; old_value bigint; moved bigint; undo text;
  last_value bigint; is_called boolean; before numeric; next numeric; stored_up_to bigint; -- where a sequence stands
  skipped numeric; remaining numeric; stored numeric; ceiling numeric; -- of a move
BEGIN -- nobody else's functions and operators are meant from here on
  PERFORM set_config(name, safe ->> name, true) FROM jsonb_object_keys(own) AS name;
  FOR s IN
WITH RECURSIVE server AS MATERIALIZED ( -- `slots`: a quarter of the lock table; `restricts`: views can be refused
  SELECT current_setting('server_version_num')::int AS version, current_setting('max_locks_per_transaction')::int
    * (current_setting('max_connections')::int + current_setting('max_prepared_transactions')::int) / 4 AS slots,
    current_setting('restrict_nonsystem_relation_kind', true) IS NOT NULL AS restricts
), defaults AS MATERIALIZED ( -- of columns, their domains' included: which sequence each depends on
  SELECT d.class, d.oid, d.relid, d.attnum, p.refobjid AS sequence, d.tree LIKE '%:funcid '
    || 'nextval(regclass)'::regprocedure::oid || ' %' AS calls_nextval
  FROM (SELECT tableoid AS class, oid, adrelid AS relid, adnum AS attnum, adbin::text AS tree FROM pg_attrdef
    UNION ALL SELECT t.tableoid, t.oid, a.attrelid, a.attnum, t.typdefaultbin::text FROM pg_type t
    JOIN pg_attribute a ON a.atttypid = t.oid AND NOT a.atthasdef AND a.attidentity = ''
    JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'f')
    WHERE t.oid >= 16384 AND t.typdefaultbin IS NOT NULL) AS d -- FirstNormalObjectId
  LEFT JOIN pg_depend p ON p.classid = d.class AND p.objid = d.oid AND p.refclassid = 'pg_class'::regclass
    AND (SELECT true FROM pg_sequence s WHERE s.seqrelid = p.refobjid)
), functions AS MATERIALIZED ( -- that defaults call: the sequence that each depends on, or its text, if that draws
  SELECT f.oid, CASE WHEN f.prosecdef THEN f.proowner END AS definer, d.* FROM pg_proc f, LATERAL (
    SELECT p.refobjid AS sequence, NULL AS body FROM pg_depend p JOIN pg_sequence s ON s.seqrelid = p.refobjid
    WHERE p.classid = 'pg_proc'::regclass AND p.objid = f.oid AND p.refclassid = 'pg_class'::regclass
    UNION ALL SELECT NULL, left(f.prosrc, 100000) WHERE f.prosrc ~* '\mnextval\M') AS d WHERE f.oid >= 16384
    AND EXISTS (SELECT FROM pg_depend p WHERE p.refclassid = 'pg_proc'::regclass AND p.refobjid = f.oid
      AND p.classid = ANY ('{pg_attrdef,pg_type}'::regclass[]))
), pairs AS ( -- columns and sequences: by what the default names, by functions in it, by ownership
  SELECT relid, attnum, sequence, NULL AS body, NULL::oid AS definer, true AS draws FROM defaults d
  WHERE calls_nextval OR sequence IS NOT NULL AND EXISTS (SELECT FROM pg_depend p
    WHERE p.classid = d.class AND p.objid = d.oid AND p.refclassid = ANY ('{pg_proc,pg_operator}'::regclass[]))
  UNION ALL SELECT d.relid, d.attnum, f.sequence, f.body, f.definer, true FROM functions f
  JOIN pg_depend p ON p.refclassid = 'pg_proc'::regclass AND p.refobjid = f.oid
  JOIN defaults d ON d.class = p.classid AND d.oid = p.objid WHERE EXISTS (SELECT FROM functions)
  UNION ALL SELECT p.refobjid, p.refobjsubid, p.objid, NULL, NULL, p.deptype = 'i' FROM pg_depend p
  JOIN pg_sequence s ON s.seqrelid = p.objid
  WHERE p.classid = 'pg_class'::regclass AND p.refclassid = 'pg_class'::regclass AND p.deptype IN ('a', 'i')
), base AS ( -- the types beneath domains
  SELECT d.oid AS domain, t.oid AS base, d.typtypmod AS typmod FROM pg_type d
  JOIN pg_type t ON t.oid = d.typbasetype AND t.typtype <> 'd' WHERE d.typtype = 'd'
  UNION ALL SELECT d.oid, base, greatest(d.typtypmod, typmod)
  FROM base b JOIN pg_type d ON d.typbasetype = b.domain AND d.typtype = 'd'
), trusted AS MATERIALIZED ( -- the roles that may do all that we may do: what they wrote may run
  SELECT r.oid FROM pg_roles r LEFT JOIN pg_database d ON rolname = 'pg_database_owner' AND datname = current_database()
  WHERE pg_has_role(coalesce(d.datdba, r.oid), current_user, 'MEMBER')
), sequence AS MATERIALIZED ( -- `ends`: its first and last value; `d`: words for its direction
  SELECT s.*, s::text AS definition, n.nspname AS schema, c.relname AS name,
    format('%I.%I', n.nspname, c.relname) AS sql, s.seqincrement::numeric AS step, CASE WHEN s.seqincrement > 0
    THEN '{min,max,<,>,greatest}' ELSE '{max,min,>,<,least}' END::text[] AS d, CASE WHEN s.seqincrement > 0
    THEN ARRAY[s.seqmin, s.seqmax] ELSE ARRAY[s.seqmax, s.seqmin] END AS ends, has_sequence_privilege(c.oid, 'SELECT')
    AND has_schema_privilege(n.oid, 'USAGE') AS by_name, c.relowner IN (TABLE trusted) AND n.nspowner IN (TABLE trusted)
    AND v.restricts AS trusted
  FROM server v, pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND NOT pg_is_other_temp_schema(n.oid)
), named AS MATERIALIZED ( -- the columns, with the text of their defaults, and the role that draws
  SELECT p.relid, p.attnum, a.attname, p.sequence, p.draws, p.body, c.relowner AS owner,
    coalesce(p.definer, c.relowner) AS role, n.nspname AS schema, CASE WHEN octet_length(e.tree::text) > 1000000
    THEN left(e.tree::text, 100000) ELSE left(pg_get_expr(e.tree, 0), 2000) END AS expression
  FROM pairs p JOIN pg_class c ON c.oid = p.relid JOIN pg_namespace n ON n.oid = c.relnamespace
    AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND NOT pg_is_other_temp_schema(n.oid)
  JOIN pg_attribute a ON a.attrelid = p.relid AND a.attnum = p.attnum AND NOT a.attisdropped AND a.attgenerated = ''
  JOIN pg_type t ON t.oid = a.atttypid LEFT JOIN pg_attrdef d ON d.adrelid = p.relid AND d.adnum = p.attnum
  JOIN LATERAL (SELECT coalesce(d.adbin, t.typdefaultbin) AS tree) AS e ON p.draws OR e.tree IS NULL
    OR e.tree::text LIKE '%:funcid ' || 'nextval(regclass)'::regprocedure::oid || ' %'
    OR EXISTS (SELECT FROM pg_depend f -- one of an extension draws from none that is not named
    WHERE f.classid = coalesce(d.tableoid, t.tableoid) AND f.objid = coalesce(d.oid, t.oid)
      AND f.refclassid = ANY ('{pg_proc,pg_operator}'::regclass[]) AND NOT EXISTS (SELECT FROM pg_depend x
      WHERE x.classid = f.refclassid AND x.objid = f.refobjid AND x.deptype = 'e'))
), meant AS ( -- a sequence named as text is one that search_path leads to, or beside the table; else any of that name
  SELECT n.*, n.sequence AS meant, false AS by_name, true AS certain FROM named n WHERE n.sequence IS NOT NULL
  UNION ALL SELECT (n).*, oid, true, (n).body IS NOT NULL OR 1 = count(*) OVER (PARTITION BY (n).relid, (n).attnum)
  FROM (SELECT n, s.seqrelid AS oid, rank() OVER (PARTITION BY n.relid, n.attnum, parts ORDER BY parts[2] IS NULL
        AND NOT s.seqrelid = ANY (visible) AND s.schema <> n.schema) AS rank
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
  FROM meant d JOIN pg_class c ON c.oid = d.meant JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.relowner = d.role OR
    (has_sequence_privilege(d.role, c.oid, 'USAGE, UPDATE') OR pg_has_role(d.role, c.relowner, 'MEMBER'))
    AND (NOT d.by_name OR has_schema_privilege(d.role, n.oid, 'USAGE') OR pg_has_role(d.role, n.nspowner, 'MEMBER'))
  GROUP BY relid, attnum, attname, owner, meant
), below AS ( -- each with its table, and with all that inherit from it; what draws is not fed by what it only owns
  SELECT l.*, l.relid AS child FROM link l WHERE l.draws = l.drawn
  UNION SELECT relid, attnum, attname, sequence, expression, draws, drawn, certain, n, own, i.inhrelid
  FROM below b JOIN pg_inherits i ON i.inhparent = b.child
  JOIN pg_class c ON c.oid = i.inhrelid AND c.relkind IN ('r', 'p', 'f') AND NOT pg_is_other_temp_schema(c.relnamespace)
    AND (to_jsonb(i) ->> 'inhdetachpending') IS DISTINCT FROM 'true'
), tree AS MATERIALIZED ( -- compared once, at its top
  SELECT t.relid, t.attnum, t.attname, t.sequence, t.expression, t.draws, t.certain, t.n, t.own,
    bool_and(c.relowner IN (TABLE trusted)) AS trusted, sum(1 + i.count) AS locks, CASE WHEN bool_or(apart)
    THEN array_agg('ONLY ' || p.sql ORDER BY c.oid) FILTER (WHERE NOT apart) ELSE array_agg(p.sql)
    FILTER (WHERE c.oid = t.relid) END AS sources, string_agg(p.sql, ', ') FILTER (WHERE apart AND c.relkind = 'f')
    || ' is a foreign table' AS outside, sum(c.relpages) AS pages, sum(c.relpages)
    FILTER (WHERE i.serves IS NOT TRUE) AS unserved
  FROM (SELECT *, bool_or(child <> relid) OVER (PARTITION BY child, sequence, attname) AS covered FROM below) AS t
  JOIN pg_class c ON c.oid = t.child JOIN pg_namespace n ON n.oid = c.relnamespace,
    LATERAL (SELECT format('%I.%I', n.nspname, c.relname) AS sql, c.oid <> t.relid AND (c.relkind = 'f'
        OR NOT c.relispartition AND coalesce((SELECT bool_and(o.sequence <> t.sequence) FROM link o
          WHERE o.relid = c.oid AND o.attname = t.attname AND o.draws), false)) AS apart) AS p,
    LATERAL (SELECT count(*), bool_or(x.indisvalid AND x.indpred IS NULL
        AND pg_get_indexdef(x.indexrelid, 1, false) = quote_ident(t.attname)
        AND pg_index_column_has_property(x.indexrelid, 1, 'orderable')) AS serves
    FROM pg_index x WHERE x.indrelid = c.oid) AS i
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9 HAVING NOT bool_or(t.covered AND t.child = t.relid)
), feeds AS ( -- of a sequence: their ranges, and pieces of the statements that look at them and lock them
  SELECT t.sequence, string_agg(x.label, ', ' ORDER BY t.relid, t.attnum) AS feeds, max(t.n) AS draws,
    max(z.lowest) AS lowest, min(z.highest) AS highest, string_agg(f.values, ' UNION ALL ') AS values,
    string_agg(nullif(concat_ws('; ', x.label || ': ' || q.reason, t.outside), ''), '; ' ORDER BY t.relid,
      t.attnum) AS reason, string_agg(f.identities, ', ') FILTER (WHERE NOT q.known) AS identities,
    string_agg('LOCK TABLE ' || f.tables || ' IN SHARE ROW EXCLUSIVE MODE' || CASE WHEN t.own THEN '; '
      ELSE ' NOWAIT; ' END, '' ORDER BY NOT t.own, t.relid) AS lock, -- nobody waits for a second owner's
    string_agg(DISTINCT 'GRANT UPDATE ON ' || x.sql || ' is missing, to lock it', '; ') FILTER (WHERE f.tables <> ''
      AND NOT has_table_privilege(c.oid, concat('UPDATE, DELETE, TRUNCATE', CASE WHEN v.version >= 170000
          THEN ', MAINTAIN' END))) AS unlocked, string_agg('LOCK TABLE ' || f.tables || ' IN ACCESS SHARE MODE; ', '')
    FILTER (WHERE NOT q.known AND q.shared) AS sharing
  FROM server v, tree t JOIN pg_sequence s ON s.seqrelid = t.sequence
  JOIN pg_class c ON c.oid = t.relid JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = t.relid AND a.attnum = t.attnum LEFT JOIN base b ON b.domain = a.atttypid
  CROSS JOIN LATERAL ( -- `pure`: the default is plainly the sequence's value; its cast
    SELECT CASE WHEN t.expression IS NULL THEN '{}' WHEN t.draws THEN
      regexp_match(t.expression, format('^(?:%1$s|\(%1$s\)::(smallint|integer|bigint|numeric|text|character varying))$',
          $q$nextval\((?:'(?:[^']|'')*'|\('((?:[^']|'')*)'::(?:text|character varying)\))::regclass\)$q$)) END AS pure,
      format('%I.%I', n.nspname, c.relname) AS sql, format('%I.%I.%I', n.nspname, c.relname, t.attname) AS label,
      nullif(coalesce(b.typmod, a.atttypmod), -1) - 4 AS typmod OFFSET 0) AS x
  LEFT JOIN pg_type k ON x.pure IS NOT NULL AND k.oid = coalesce(b.base, a.atttypid)
    AND k.oid = ANY ('{smallint, integer, bigint, numeric, character, character varying, name, text}'::regtype[])
  CROSS JOIN LATERAL ( -- its limits (see make_numeric_typmod())
    SELECT k.typcategory = 'S' AS text, k.typname = 'numeric' AND (x.typmod & 2047 # 1024) < 1024 AS rounded,
      2::numeric ^ (8 * least(nullif(k.typlen, -1), (SELECT nullif(typlen, -1) FROM pg_type
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
      WHEN CASE WHEN y.text THEN t.pages ELSE t.unserved END > scan_limit / current_setting('block_size')::int
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
  concat_ws('; ', (SELECT 'it belongs to extension ' || e.extname
    FROM pg_depend x JOIN pg_extension e ON e.oid = x.refobjid
    WHERE x.classid = 'pg_class'::regclass AND x.objid = s.seqrelid AND x.deptype = 'e'), f.unlocked,
    CASE WHEN NOT has_schema_privilege(s.schema, 'USAGE') THEN format('GRANT USAGE ON SCHEMA %I is missing',
      s.schema) END, CASE WHEN NOT has_sequence_privilege(s.seqrelid, 'UPDATE') THEN 'GRANT UPDATE ON SEQUENCE '
    || s.sql || ' is missing' END) AS immovable, f.lock, -- to `move`, the last value that it may go to is appended
  format($q$SELECT CASE WHEN seq.way <= 10000 AND seq.goal %4$s= %5$s THEN
    %9$s((SELECT %3$s(nextval(%1$L)) FROM generate_series(1, seq.way::int)), pg_sequence_last_value(%1$L))
    WHEN coalesce(pg_sequence_last_value(%1$L) %4$s seq.goal OR pg_sequence_last_value(%1$L) %6$s, true) THEN
    setval(%1$L, seq.goal) END AS moved
  FROM (SELECT *, stored_up_to AS goal, trunc((stored_up_to - before) / %2$s) AS way FROM (%7$s) AS l OFFSET 0) AS seq
  WHERE (SELECT s::text FROM pg_sequence s WHERE s.seqrelid = %1$L::regclass) = %8$L AND seq.goal %4$s= $q$, s.sql,
    s.step, s.d[2], s.d[3], b.bound - s.seqcache * s.step, CASE WHEN s.seqcycle THEN '= seq.last_value'
    ELSE 'IS NULL' END, l.look, s.definition, s.d[5]) AS move, 'SELECT (SELECT count(DISTINCT value)'
  || r.ahead AS count, 'DO ' || quote_literal(concat('DECLARE changed text; BEGIN ', f.sharing, CASE WHEN s.by_name
      AND NOT s.trusted THEN format('PERFORM pg_sequence_last_value(%s); ', s.seqrelid) END) || $q$changed := (
    WITH RECURSIVE known (relid, kinds, name, columns, type) AS (VALUES $q$ || b.known || $q$), tree AS (
      SELECT relid AS top, relid FROM known
      UNION SELECT t.top, i.inhrelid FROM tree t JOIN pg_inherits i ON i.inhparent = t.relid)
    SELECT string_agg(DISTINCT k.name, ', ') FROM known k WHERE NOT EXISTS (SELECT FROM tree t
      JOIN pg_class c ON c.oid = t.relid AND strpos(k.kinds, c.relkind::text) > 0
      WHERE t.top = k.relid AND t.relid = to_regclass(k.name)) OR EXISTS (SELECT FROM pg_attribute a
      WHERE a.attrelid = to_regclass(k.name) AND a.attname = ANY (k.columns) AND a.atttypid >= 16384
        AND a.atttypid <> k.type) OR EXISTS (SELECT FROM tree t, LATERAL (
        SELECT 'pg_class'::regclass AS class, t.relid AS oid
        UNION ALL SELECT 'pg_class'::regclass, indexrelid FROM pg_index WHERE indrelid = t.relid
        UNION ALL SELECT tableoid, oid FROM pg_statistic_ext WHERE stxrelid = t.relid) AS e
      JOIN pg_depend d ON d.classid = e.class AND d.objid = e.oid WHERE t.top = k.relid
        AND d.refclassid = ANY ('{pg_proc,pg_operator}'::regclass[])) HAVING count(*) > 0);
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
  LOOP
    status := 'unknown'; reason := nullif(s.reason, ''); obstacle := NULL; next := NULL;
    stored_up_to := NULL; old_value := NULL; moved := NULL; undo := NULL;
    BEGIN -- ends with an error, which releases what it locks; a sequence that it has moved stays moved
      IF s.lasting AND held >= s.slots THEN RAISE '%', unreached; END IF;
      held := held + s.lasting::int; EXECUTE coalesce(s.guard, '');
      FOR pass IN 1 .. 3 LOOP -- without the lock, under it, and after the move
        EXECUTE s.look INTO last_value, is_called, before, stored_up_to;
        reason := coalesce(reason, CASE WHEN last_value IS NULL THEN s.lack END);
        next := CASE WHEN before + s.step BETWEEN s.seqmin AND s.seqmax THEN before + s.step END;
        status := CASE WHEN last_value IS NULL THEN 'unknown' WHEN next IS NULL OR next < s.lowest OR next > s.highest
            OR NOT s.seqcycle AND s.draws > div(s.ends[2] - before, s.step) THEN 'exhausted'
          WHEN stored_up_to IS NOT NULL THEN 'out_of_sync' WHEN reason IS NOT NULL THEN 'unknown' ELSE 'ok' END;
        skipped := div(stored_up_to - before, s.step); -- the price of a move: the free values that it gives up
        remaining := greatest(div(s.bound - before, s.step), 1); stored := 0;
        IF skipped > max_jump * remaining THEN EXECUTE s.count INTO stored; END IF;
        ceiling := before + s.step * greatest(skipped, least(floor(max_jump * remaining), remaining - 1));
        obstacle := CASE WHEN status = 'exhausted' THEN 'moving it forward cannot make room: widen it, or the column'
          WHEN status <> 'out_of_sync' THEN NULL WHEN s.immovable <> '' THEN s.immovable
          WHEN pg_is_in_recovery() THEN 'this is a standby: run it on the primary' WHEN held >= s.slots THEN unreached
          WHEN current_setting('transaction_read_only')::bool THEN 'the transaction is read-only'
          WHEN current_setting('transaction_isolation') <> 'read committed' THEN 'the transaction is not READ COMMITTED'
          WHEN (s.bound - stored_up_to) / s.step < 1 THEN stored_up_to || ' leaves no room beyond it'
          WHEN skipped - stored > max_jump * (remaining - stored)
          THEN format('going beyond %s would give up %s %% of the free values left', stored_up_to,
            round(100 * (skipped - stored) / (remaining - stored))) END;
        EXIT WHEN status <> 'out_of_sync' OR obstacle IS NOT NULL OR pass = 3;
        IF pass = 1 THEN EXECUTE concat(s.lock, s.guard); CONTINUE; END IF;
        held := held + 1; EXECUTE s.move || ceiling INTO moved; CONTINUE WHEN moved IS NULL;
        old_value := last_value; undo := format('SELECT setval(%L, %s, %s) WHERE pg_catalog.current_database() = %L',
          s.sql, last_value, is_called::text, current_database());
      END LOOP;
      RAISE SQLSTATE 'PGSEQ';
    EXCEPTION WHEN SQLSTATE 'PGSEQ' THEN NULL;
      WHEN OTHERS THEN status := 'failed'; reason := concat_ws('; ', reason, SQLERRM); obstacle := NULL;
    END;
    rows[cardinality(rows) + 1] := jsonb_build_object('sequence', s.sql, 'feeds', s.feeds, 'next_value', next,
      'result', CASE WHEN status = 'failed' OR moved IS NOT NULL AND status = 'out_of_sync' THEN 'failed'
        WHEN moved IS NOT NULL THEN 'moved' WHEN status = 'ok' THEN 'unchanged' ELSE 'skipped' END,
      'from', old_value, 'to', moved, 'undo', undo,
      'reason', nullif(concat_ws('; ', obstacle, CASE WHEN status <> 'ok' THEN reason END), ''));
    CONTINUE WHEN NOT may_commit OR held < 1;
    COMMIT; held := 0; -- releases the locks on sequences, and takes back the settings
    PERFORM set_config(name, safe ->> name, true) FROM jsonb_object_keys(own) AS name;
  END LOOP;
  PERFORM set_config(name, own ->> name, true) FROM jsonb_object_keys(own) AS name;
  PERFORM set_config('pgseq.rows', array_to_json(rows)::text, false);
END $pgseq$;

WITH found AS MATERIALIZED (SELECT current_setting('pgseq.rows')::jsonb AS rows),
cleared AS MATERIALIZED (SELECT set_config('pgseq.rows', '', false) FROM found)
SELECT r.* FROM cleared, found, jsonb_to_recordset(found.rows) AS r (
  sequence text, feeds text, result text, "from" bigint, "to" bigint, next_value bigint, reason text, undo text)
ORDER BY pg_catalog.array_position('{failed,skipped,moved}', r.result), r.sequence;
