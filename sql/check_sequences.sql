-- pgseq: which sequences of this database are out of sync with the columns that they feed. PostgreSQL 12 to 18, any client.
-- It only looks. It needs no privileges but those to read, no extension, and leaves nothing behind. Its last result has a row a
-- sequence, the worst first; `fix` is a statement that moves that sequence, and can be run by itself.
-- The one definition: a sequence will hand out its next value, next + INCREMENT, and so on, up to MAXVALUE (down to MINVALUE). It is
-- out_of_sync when a value that it will still hand out is stored in a column that it feeds: by serial, identity, or a default,
-- whoever owns it. Values behind it, outside of its range, or off its grid cannot collide. It is
-- exhausted when it has no next value, or a column's type no room for it; unknown when that could not be seen, with the reason.
-- The repair is the first value of the grid beyond `stored_up_to`, the last stored value that it would still hand out.
SELECT CASE WHEN current_setting('server_version_num')::int < 120000 OR version() !~ '^PostgreSQL ' OR version() ~* 'greenplum|-yb-'
            THEN ('pgseq needs PostgreSQL 12 or later, and this is ' || version())::int END AS refused,
       set_config('pgseq.transaction', now()::text, false) AS started; -- tells whether what follows is one transaction with it

DO $pgseq$
#variable_conflict use_column
DECLARE
    max_jump CONSTANT numeric := 0.1; -- part of the free values left that a move may give up
    scan_limit CONSTANT bigint := 1073741824; -- bytes of a table that are read where no index serves
    settings text := 'SET LOCAL lock_timeout = 2000; SET LOCAL search_path = pg_catalog, pg_temp; SET LOCAL row_security = off; SET LOCAL constraint_exclusion = off';
    restricts CONSTANT boolean := current_setting('restrict_nonsystem_relation_kind', true) IS NOT NULL; -- it can refuse views
    version CONSTANT int := current_setting('server_version_num')::int;
    slots CONSTANT bigint := current_setting('max_locks_per_transaction')::int * (current_setting('max_connections')::int + current_setting('max_prepared_transactions')::int) / 4; -- a quarter of the lock table
    visible CONSTANT oid[] := ARRAY(SELECT seqrelid FROM pg_catalog.pg_sequence WHERE pg_catalog.pg_table_is_visible(seqrelid));
    own_path CONSTANT text := current_setting('search_path'); own_names CONSTANT text := current_setting('quote_all_identifiers');
    may_commit CONSTANT boolean := current_setting('pgseq.transaction') <> now()::text AND now() = statement_timestamp();
    rows jsonb[] := '{}'; held bigint := 0; -- locks on sequences, which only the end of the transaction releases
    s record; last_value bigint; is_called boolean; -- the sequence, and its position
    before numeric; next numeric; -- the value before the next one, and the next one
    first_stored bigint; stored_up_to bigint; -- the first stored value that it would hand out, and the last
    remaining numeric; skipped numeric; stored numeric; ceiling numeric; -- of a move
    status text; reason text; obstacle text; fix text;
BEGIN
    IF restricts THEN settings := settings || '; SET LOCAL restrict_nonsystem_relation_kind = ''view, foreign-table'''; END IF;
    PERFORM set_config('search_path', 'pg_catalog, pg_temp', true), set_config('quote_all_identifiers', 'off', true);
    FOR s IN
WITH RECURSIVE
    -- CTEs: which column draws from which sequence, or owns it (`pairs`), and the base types of domains (`base`). See pg/columns.sql.
defaults AS MATERIALIZED (
    SELECT d.*, ARRAY(SELECT p.refobjid FROM pg_depend p WHERE p.classid = d.class AND p.objid = d.oid AND p.refclassid = 'pg_class'::regclass
    AND (SELECT true FROM pg_sequence s WHERE s.seqrelid = p.refobjid)) AS sequences FROM (SELECT tableoid AS class, oid, adrelid AS relid, adnum AS attnum,
    adbin::text LIKE '%:funcid ' || 'nextval(regclass)'::regprocedure::oid || ' %' AS calls_nextval FROM pg_attrdef UNION ALL SELECT tableoid, oid, 0, 0,
    typdefaultbin::text LIKE '%:funcid ' || 'nextval(regclass)'::regprocedure::oid || ' %' FROM pg_type
    WHERE typtype = 'd' AND typdefaultbin IS NOT NULL) AS d
), functions AS MATERIALIZED (
    SELECT p.objid AS function, p.refobjid AS sequence, NULL AS body, CASE WHEN f.prosecdef THEN f.proowner END AS definer FROM pg_depend p
    JOIN pg_sequence s ON s.seqrelid = p.refobjid JOIN pg_proc f ON f.oid = p.objid
    WHERE p.classid = 'pg_proc'::regclass AND p.refclassid = 'pg_class'::regclass UNION ALL
    SELECT f.oid, NULL, left(f.prosrc, 100000), CASE WHEN f.prosecdef THEN f.proowner END FROM pg_proc f WHERE f.oid >= 16384 -- FirstNormalObjectId
    AND CASE WHEN EXISTS (SELECT FROM pg_depend p WHERE p.refclassid = 'pg_proc'::regclass AND p.refobjid = f.oid
    AND p.classid IN ('pg_attrdef'::regclass, 'pg_type'::regclass)) THEN f.prosrc ~* '\mnextval\M' END
), draws AS MATERIALIZED (
    SELECT class, oid, relid, attnum, unnest(sequences) AS sequence, NULL AS body, NULL::oid AS definer FROM defaults d WHERE sequences <> '{}'
    AND (calls_nextval OR EXISTS (SELECT FROM pg_depend p WHERE p.classid = d.class AND p.objid = d.oid
    AND p.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass))) UNION ALL SELECT class, oid, relid, attnum, NULL, NULL, NULL
    FROM defaults WHERE sequences = '{}' AND calls_nextval UNION ALL SELECT d.class, d.oid, d.relid, d.attnum, f.sequence, f.body, f.definer
    FROM functions f JOIN pg_depend p ON p.refclassid = 'pg_proc'::regclass AND p.refobjid = f.function
    JOIN defaults d ON d.class = p.classid AND d.oid = p.objid WHERE EXISTS (SELECT FROM functions)
), links AS ( SELECT relid, attnum, sequence, body, definer, true AS draws, NULL::"char" AS owned, false AS declared,
    NULL::bigint AS block, NULL::text AS ids FROM draws WHERE relid <> 0 UNION ALL
    SELECT a.attrelid, a.attnum, m.sequence, m.body, m.definer, true, NULL, false, NULL, NULL FROM draws m
    JOIN pg_attribute a ON a.atttypid = m.oid AND NOT a.atthasdef AND a.attidentity = ''
    JOIN pg_class c ON c.oid = a.attrelid AND c.relkind IN ('r', 'p', 'f') WHERE m.relid = 0 AND EXISTS (SELECT FROM draws WHERE relid = 0) UNION ALL
    SELECT p.refobjid, p.refobjsubid, p.objid, NULL, NULL, p.deptype = 'i', p.deptype, false, NULL, NULL FROM pg_depend p
    JOIN pg_sequence s ON s.seqrelid = p.objid WHERE p.classid = 'pg_class'::regclass AND p.refclassid = 'pg_class'::regclass
    AND p.refobjsubid > 0 AND p.deptype IN ('a', 'i') 
), bases AS ( SELECT t.oid AS domain, t.typbasetype AS base, t.typtypmod AS typmod FROM pg_type t WHERE t.typtype = 'd' UNION ALL
    SELECT b.domain, t.typbasetype, CASE WHEN b.typmod >= 0 THEN b.typmod ELSE t.typtypmod END
    FROM bases b JOIN pg_type t ON t.oid = b.base WHERE t.typtype = 'd'
), base AS ( SELECT b.domain, b.base, b.typmod FROM bases b JOIN pg_type t ON t.oid = b.base WHERE t.typtype <> 'd'
), pairs AS ( SELECT relid, attnum, sequence, body, definer, bool_or(draws) AS draws, max(owned::text) AS owned, bool_or(declared) AS declared,
    max(block) AS block, max(ids) AS ids FROM links GROUP BY relid, attnum, sequence, body, definer ) , trusted AS MATERIALIZED (
    WITH roles AS ( SELECT oid FROM pg_roles WHERE rolsuper OR pg_has_role(oid, current_user, 'MEMBER') ) SELECT oid FROM roles UNION ALL
    SELECT r.oid FROM pg_roles r, pg_database d
    WHERE r.rolname = 'pg_database_owner' AND d.datname = current_database() AND d.datdba IN (SELECT oid FROM roles)
), sequence AS MATERIALIZED ( -- `d`: what is first and last, before and beyond, in its direction
    SELECT s.*, n.nspname AS schema, c.relname AS name, format('%I.%I', n.nspname, c.relname) AS sql, c.relowner, n.oid AS home, n.nspowner,
    c.relowner IN (TABLE trusted) AND n.nspowner IN (TABLE trusted) AND restricts AS trusted,
    CASE WHEN s.seqincrement > 0 THEN '{min,max,least,greatest,<,>}' ELSE '{max,min,greatest,least,>,<}' END::text[] AS d FROM pg_sequence s
    JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') AND NOT pg_is_other_temp_schema(n.oid)
), child AS MATERIALIZED (
SELECT i.inhrelid::bigint AS child, i.inhparent::bigint AS parent, n.nspname::text AS schema, c.relname::text AS name,
    format('%I.%I', n.nspname, c.relname) AS sql, c.relkind::text AS relkind, c.relispartition AS is_partition,
    1 + (SELECT count(*) FROM pg_index x WHERE x.indrelid = c.oid) AS locks FROM pg_inherits i
  JOIN pg_class c ON c.oid = i.inhrelid AND c.relkind IN ('r', 'p', 'f') JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE NOT pg_is_other_temp_schema(n.oid) AND (to_jsonb(i) ->> 'inhdetachpending') IS DISTINCT FROM 'true' -- since 14, which others do not have to know
 ORDER BY i.inhrelid, i.inhparent
), below AS ( -- every table with each of those that inherit from it
    SELECT parent AS top, child FROM child UNION SELECT b.top, c.child FROM below b JOIN child c ON c.parent = b.child
), named AS MATERIALIZED (
    SELECT p.relid, p.attnum, p.sequence, p.draws, p.body, coalesce(p.definer, c.relowner) AS drawer, n.nspname AS schema, a.attname,
    CASE WHEN octet_length(coalesce(d.adbin, t.typdefaultbin)::text) > 1000000 THEN left(coalesce(d.adbin, t.typdefaultbin)::text, 100000)
    ELSE left(coalesce(pg_get_expr(d.adbin, 0), pg_get_expr(t.typdefaultbin, 0)), 2000) END AS expression FROM pairs p JOIN pg_class c ON c.oid = p.relid
  JOIN pg_attribute a ON a.attrelid = p.relid AND a.attnum = p.attnum JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_attrdef d ON d.adrelid = p.relid AND d.adnum = p.attnum LEFT JOIN base b ON b.domain = a.atttypid
  JOIN pg_namespace n ON n.oid = c.relnamespace AND NOT a.attisdropped AND a.attgenerated = ''
   AND (p.draws OR p.owned = 'i' OR coalesce(d.adbin, t.typdefaultbin) IS NULL OR coalesce(d.adbin, t.typdefaultbin)::text
    LIKE '%:funcid ' || 'nextval(regclass)'::regprocedure::oid || ' %'
    -- A function of an extension draws from no sequence that the default does not name: uuid_generate_v4().
    OR EXISTS (SELECT FROM pg_depend f WHERE f.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass) AND (f.classid = d.tableoid AND f.objid = d.oid
    OR d.oid IS NULL AND f.classid = t.tableoid AND f.objid = t.oid) AND NOT EXISTS (SELECT FROM pg_depend e
    WHERE e.classid = f.refclassid AND e.objid = f.refobjid AND e.deptype = 'e'))) AND n.nspname NOT IN ('pg_catalog', 'information_schema')
   AND NOT pg_is_other_temp_schema(n.oid)
), meant AS ( -- a sequence named as text is one that search_path leads to, or beside the table; else any of that name
    SELECT relid, attnum, attname, sequence, expression, draws, drawer, false AS by_name, true AS certain FROM named WHERE sequence IS NOT NULL UNION ALL
    SELECT relid, attnum, attname, oid, expression, draws, drawer, true, body IS NOT NULL OR 1 = count(*) OVER (PARTITION BY relid, attnum)
    FROM (SELECT n.*, s.seqrelid AS oid, rank() OVER (PARTITION BY relid, attnum, parts ORDER BY
    cardinality(parts) = 1 AND NOT s.seqrelid = ANY (visible) AND s.schema <> n.schema) AS rank
    FROM (SELECT n.*, ARRAY(SELECT coalesce(replace(w[1], '""', '"'), lower(w[2] COLLATE "C"))::name
    FROM regexp_matches(t.text, $q$[ \t\n\r\f\v]*(?:"((?:[^"]|"")*)"|([^ \t\n\r\f\v."][^ \t\n\r\f\v.]*))[ \t\n\r\f\v]*(\.|$)$q$, 'g') AS w) AS parts
    FROM named n CROSS JOIN regexp_matches(coalesce(n.body, n.expression),
    CASE WHEN n.body IS NULL THEN $q$'((?:[^']|'')*)'::(?:text|character varying|name)$q$ ELSE $q$'([^']+)(?=')$q$ END, 'g') AS m
    CROSS JOIN LATERAL (SELECT ltrim(replace(m[1], '''''', ''''), '.') AS text) AS t
    WHERE n.sequence IS NULL AND t.text ~ concat('^(', $q$[ \t\n\r\f\v]*(?:"((?:[^"]|"")*)"|([^ \t\n\r\f\v."][^ \t\n\r\f\v.]*))[ \t\n\r\f\v]*(\.|$)$q$, ')+$')) AS n
    JOIN sequence s ON s.name = parts[cardinality(parts)] AND (cardinality(parts) = 1 OR s.schema = parts[cardinality(parts) - 1])) AS n WHERE rank = 1
), link AS MATERIALIZED ( -- a default whose table's owner may not draw from the sequence feeds nothing
    SELECT l.relid, l.attnum, l.attname, l.sequence, max(l.expression) AS expression, bool_or(l.draws) AS draws,
    bool_or(bool_or(l.draws)) OVER (PARTITION BY l.relid, l.attname) AS drawn, bool_and(l.certain) AS certain FROM meant l
    JOIN sequence s ON s.seqrelid = l.sequence CROSS JOIN LATERAL (SELECT l.drawer AS role, l.by_name) AS pair
    CROSS JOIN LATERAL (SELECT s.seqrelid AS oid, s.relowner) AS c CROSS JOIN LATERAL (SELECT s.home AS oid, s.nspowner) AS n
    WHERE s.relowner = l.drawer OR NOT ( NOT (has_sequence_privilege(pair.role, c.oid, 'USAGE, UPDATE') OR pg_has_role(pair.role, c.relowner, 'MEMBER'))
    OR pair.by_name AND NOT (has_schema_privilege(pair.role, n.oid, 'USAGE') OR pg_has_role(pair.role, n.nspowner, 'MEMBER')))
    GROUP BY l.relid, l.attnum, l.attname, l.sequence
), top AS MATERIALIZED ( -- a tree is compared once, at its top; a column that draws is not fed by what it only owns
    SELECT l.*, t.sql AS "table" FROM link l CROSS JOIN LATERAL (SELECT format('%I.%I', n.nspname, c.relname) AS sql FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = l.relid) AS t WHERE l.draws = l.drawn
    AND NOT EXISTS (SELECT FROM below b JOIN link o ON o.relid = b.top AND o.draws = o.drawn
    WHERE b.child = l.relid AND o.sequence = l.sequence AND o.attname = l.attname)
), tree AS MATERIALIZED ( -- the tables whose rows count: not a child with a default of its own, nor a foreign table
    SELECT m.relid, m.attname, m.sequence, CASE WHEN bool_or(m.apart) THEN array_agg('ONLY ' || m.name ORDER BY m.part) FILTER (WHERE NOT m.apart)
    ELSE ARRAY[min(m.name) FILTER (WHERE m.part = m.relid)] END AS sources,
    string_agg(m.name, ', ') FILTER (WHERE m.apart AND c.relkind = 'f') AS outside, bool_and(c.relowner IN (TABLE trusted)) AS trusted,
    sum(1 + i.count) AS locks, sum(greatest(c.relpages, 0)) AS pages, sum(greatest(c.relpages, 0)) FILTER (WHERE NOT i.serves) AS unserved
    FROM (SELECT relid, attname, sequence, relid AS part, "table" AS name, false AS apart FROM top UNION ALL
    SELECT t.relid, t.attname, t.sequence, c.child::oid, c.sql, c.relkind = 'f' OR NOT c.is_partition AND coalesce(
    (SELECT bool_and(o.sequence <> t.sequence) FROM link o WHERE o.relid = c.child AND o.attname = t.attname AND o.draws), false)
    FROM top t JOIN below b ON b.top = t.relid JOIN (SELECT DISTINCT child, sql, relkind, is_partition FROM child) AS c USING (child)) AS m
    JOIN pg_class c ON c.oid = m.part CROSS JOIN LATERAL (SELECT count(*) AS count, coalesce(bool_or(o.attname = m.attname AND x.indisvalid
    AND x.indpred IS NULL AND p.opcmethod = 403), false) AS serves -- 403: btree
    FROM pg_index x JOIN pg_opclass p ON p.oid = x.indclass[0] LEFT JOIN pg_attribute o ON o.attrelid = m.part AND o.attnum = x.indkey[0]
    WHERE x.indrelid = m.part) AS i GROUP BY m.relid, m.attname, m.sequence
), feed AS MATERIALIZED ( -- the range of the column's type, why it cannot be read (`reason`), and why it cannot be locked
    SELECT t.*, r.sources, r.outside, c.relowner, a.atttypid, y.kind, y.plain,
    t."table" || '.' || quote_ident(t.attname) AS label, 'fed.' || quote_ident(t.attname) AS "column",
    least(y.highest, 10::numeric ^ y.digits - 1) AS highest, -- text needs a character for the sign
    greatest(-y.highest - 1, 1 - 10::numeric ^ (y.digits - (y.kind = 'text')::int)) AS lowest,
    c.relowner IN (TABLE trusted) AND n.nspowner IN (TABLE trusted) AND r.trusted AND restricts AS trusted,
    has_table_privilege(c.oid, 'SELECT') AND (version >= 130000 OR NOT c.relhassubclass) AS shared,
    CASE WHEN c.relkind = 'v' THEN t."table" || ' is a view: reading it runs what its owner wrote'
    WHEN c.relkind = 'f' THEN t."table" || ' is a foreign table: reading it asks another server'
    WHEN NOT y.plain THEN 'the default is not plainly the sequence''s value: ' || left(t.expression, 80)
    WHEN NOT t.certain THEN 'the default names its sequence as text, and search_path decides which one is meant'
    WHEN y.kind = 'other' THEN 'values of its type cannot be compared with a sequence''s'
    WHEN NOT has_schema_privilege(n.oid, 'USAGE') THEN format('GRANT USAGE ON SCHEMA %I is missing', n.nspname)
    WHEN NOT has_column_privilege(c.oid, a.attnum, 'SELECT') THEN format('GRANT SELECT ON %s is missing', t."table")
    WHEN c.relrowsecurity AND row_security_active(c.oid) THEN 'row-level security hides rows from ' || current_user
    WHEN CASE y.kind WHEN 'text' THEN r.pages ELSE r.unserved END > scan_limit / current_setting('block_size')::bigint THEN 'no index on it, and too much to scan'
    WHEN r.locks > slots THEN format('reading it takes %s locks: run pgseq check', r.locks) END AS reason,
    CASE WHEN NOT has_table_privilege(c.oid, CASE WHEN version < 170000 THEN 'UPDATE, DELETE, TRUNCATE' ELSE 'UPDATE, DELETE, TRUNCATE, MAINTAIN' END)
    THEN format('GRANT UPDATE ON %s is missing, to lock it', t."table") END AS unlocked FROM top t JOIN tree r USING (relid, attname, sequence)
    JOIN pg_class c ON c.oid = t.relid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = t.relid AND a.attnum = t.attnum
    LEFT JOIN base b ON b.domain = a.atttypid CROSS JOIN LATERAL (SELECT format_type(coalesce(b.base, a.atttypid), NULL) AS type,
    CASE WHEN b.base IS NULL THEN a.atttypmod ELSE b.typmod END - 4 AS typmod,
    CASE WHEN t.expression IS NULL THEN '{}' WHEN t.draws THEN regexp_match(t.expression, $q$^(?:nextval\('(?:[^']|'')*'::regclass\)|nextval\(\('((?:[^']|'')*)'::(?:text|character varying)\)::regclass\)|\((?:nextval\('(?:[^']|'')*'::regclass\)|nextval\(\('((?:[^']|'')*)'::(?:text|character varying)\)::regclass\))\)::(smallint|integer|bigint|numeric|text|character varying))$$q$) END AS default OFFSET 0) AS x
    CROSS JOIN LATERAL (SELECT (x.typmod & 2047 # 1024) - 1024 AS scale) AS z -- see numeric_typmod_precision() in numeric.c
    CROSS JOIN LATERAL (SELECT x.default IS NOT NULL AS plain,
    CASE WHEN x.type IN ('smallint', 'integer', 'bigint') THEN 'integer' WHEN x.type IN ('character', 'character varying', 'name', 'text') THEN 'text'
    WHEN x.type = 'numeric' AND (x.typmod < 0 OR z.scale >= 0) THEN 'numeric' ELSE 'other' END AS kind,
    (SELECT min(i.highest) FROM (VALUES ('smallint', 32767), ('integer', 2147483647), ('bigint', 9223372036854775807)) AS i (name, highest)
    WHERE i.name IN (x.type, x.default[1])) AS highest, CASE WHEN x.typmod < 0 OR x.type = 'name' THEN NULL
    WHEN x.type = 'numeric' THEN greatest((x.typmod >> 16 & 65535) - z.scale, 0)
    WHEN x.type IN ('character', 'character varying', 'name', 'text') AND x.typmod <= 19 THEN x.typmod END AS digits OFFSET 0) AS y
), fed AS ( -- what the feeds of a sequence are together, and the pieces of the statements that look at them and lock them
    SELECT f.sequence, string_agg(f.label, ', ' ORDER BY f.relid, f.attnum) AS feeds, max(f.per_row) AS draws,
    max(f.lowest) FILTER (WHERE f.plain) AS lowest, min(f.highest) FILTER (WHERE f.plain) AS highest,
    nullif(string_agg(concat_ws('; ', f.label || ': ' || f.reason, f.outside || ' is a foreign table'), ''), '') AS reason,
    string_agg(DISTINCT CASE WHEN f.tables <> '' THEN f.unlocked END, '; ') AS unlocked,
    string_agg(f.first, ', ') AS first, string_agg(f.last, ', ') AS last, string_agg(f.values, ' UNION ALL ') AS values,
    concat_ws('; ', 'LOCK TABLE ' || string_agg(f.tables, ', ' ORDER BY f.relid) FILTER (WHERE f.relowner = f.own)
    || ' IN SHARE ROW EXCLUSIVE MODE', -- nobody waits for tables of a second owner
    'LOCK TABLE ' || string_agg(f.tables, ', ' ORDER BY f.relid) FILTER (WHERE f.relowner <> f.own) || ' IN SHARE ROW EXCLUSIVE MODE NOWAIT') AS lock,
    'LOCK TABLE ' || string_agg(f.tables, ', ') FILTER (WHERE f.shared AND NOT f.trusted) || ' IN ACCESS SHARE MODE' AS sharing,
    string_agg(f.known, ', ') FILTER (WHERE NOT f.trusted) AS known
    FROM (SELECT f.*, p.*, count(*) FILTER (WHERE f.draws) OVER (PARTITION BY f.sequence, f.relid) AS per_row,
    coalesce(max(f.relowner) FILTER (WHERE f.relowner = s.relowner) OVER (PARTITION BY f.sequence),
    first_value(f.relowner) OVER (PARTITION BY f.sequence ORDER BY f.relid)) AS own FROM feed f JOIN sequence s ON s.seqrelid = f.sequence
    CROSS JOIN LATERAL (
    SELECT CASE WHEN f.kind = 'text' THEN format($q$CASE WHEN (%1$s::text COLLATE "C") ~ '^(0|-?[1-9][0-9]{0,18})$' THEN (%1$s::text COLLATE "C")::numeric END$q$, f."column") ELSE f."column" END AS value,
    CASE WHEN s.seqincrement > 0 THEN least(s.seqmax, CASE WHEN f.plain THEN f.highest END)
    ELSE greatest(s.seqmin, CASE WHEN f.plain THEN f.lowest END) END::bigint AS bound) AS v CROSS JOIN LATERAL (
    SELECT format($q$%1$s %4$s= pos.last_value AND %1$s %5$s= %2$L::bigint AND NOT (pos.is_called AND %1$s = pos.last_value)$q$ || CASE WHEN abs(s.seqincrement) = 1 AND f.kind = 'integer' THEN '' ELSE $q$ AND mod(%1$s::numeric - pos.last_value, %3$s) = 0$q$ END,
    v.value, v.bound, abs(s.seqincrement::numeric), s.d[6], s.d[5]) AS condition) AS c CROSS JOIN LATERAL (
    SELECT string_agg(format('(SELECT %s(%s) FROM %s AS fed WHERE %s)', s.d[1], v.value, source, c.condition), ', ') AS first,
    string_agg(format('(SELECT %s(%s) FROM %s AS fed WHERE %s)', s.d[2], v.value, source, c.condition), ', ') AS last,
    string_agg(format('SELECT %s::numeric FROM %s AS fed WHERE %s', v.value, source, c.condition), ' UNION ALL ') AS values,
    string_agg(source, ', ') AS tables, string_agg(format('(%s::oid, ''rpm'', %L, ARRAY[%L], %s::oid)', f.relid, regexp_replace(source, '^ONLY ', ''),
    f.attname, f.atttypid), ', ') AS known FROM unnest(CASE WHEN f.reason IS NULL THEN f.sources END) AS source) AS p) AS f GROUP BY f.sequence )
SELECT s.sql, f.feeds, s.seqincrement::numeric AS step, s.seqmin::numeric AS least, s.seqmax::numeric AS greatest, s.seqcycle AS cycle,
    greatest(f.draws, 1) AS draws, f.lowest, f.highest, b.bound, concat_ws('; ', p.unseen, f.reason) AS reason,
    NOT (s.trusted AND p.by_name) AS lasting, -- looking at it locks the sequence until the transaction ends
    concat_ws('; ', f.sharing, CASE WHEN p.by_name AND NOT s.trusted THEN format($q$SELECT count(pg_sequence_last_value(oid)) FROM unnest('{%s}'::oid[]) AS oid$q$, s.seqrelid) END,
    CASE WHEN k.known <> '' THEN format($q$WITH RECURSIVE known (relid, kinds, name, columns, type) AS (VALUES %s), tree AS (
    SELECT relid AS top, relid FROM known UNION SELECT t.top, i.inhrelid FROM tree t JOIN pg_inherits i ON i.inhparent = t.relid
), expression AS ( SELECT t.top, 'pg_class'::regclass AS class, i.indexrelid AS oid FROM tree t
    JOIN pg_index i ON i.indrelid = t.relid AND (i.indexprs IS NOT NULL OR i.indpred IS NOT NULL) UNION ALL SELECT t.top, s.tableoid, s.oid FROM tree t
    JOIN pg_statistic_ext s ON s.stxrelid = t.relid UNION ALL SELECT t.top, 'pg_class'::regclass, t.relid FROM tree t
    JOIN pg_partitioned_table p ON p.partrelid = t.relid AND p.partexprs IS NOT NULL )
SELECT ('pgseq: ' || string_agg(DISTINCT known.name, ', ') || ' has changed meanwhile')::int FROM known WHERE NOT EXISTS (SELECT FROM tree t
    JOIN pg_class c ON c.oid = t.relid AND strpos(known.kinds, c.relkind::text) > 0 WHERE t.top = known.relid AND t.relid = to_regclass(known.name))
    OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = to_regclass(known.name) AND a.attname = ANY (known.columns)
    AND a.atttypid >= 16384 AND a.atttypid <> known.type) OR EXISTS (SELECT FROM expression e JOIN pg_depend d ON d.classid = e.class AND d.objid = e.oid
    WHERE e.top = known.relid AND d.refclassid IN ('pg_proc'::regclass, 'pg_operator'::regclass)) HAVING count(*) > 0$q$, k.known) END) AS guard,
    concat_ws('; ', 'it belongs to extension ' || e.extname, f.unlocked,
    CASE WHEN NOT has_schema_privilege(s.home, 'USAGE') THEN format('GRANT USAGE ON SCHEMA %I is missing', s.schema) END,
    CASE WHEN NOT has_sequence_privilege(s.seqrelid, 'UPDATE') THEN format('GRANT UPDATE ON SEQUENCE %s is missing', s.sql) END) AS immovable,
    l.look, format('SELECT (SELECT count(DISTINCT value) FROM (%s) AS fed (value)) FROM %s', f.values, r.run) AS count, f.lock,
    format($q$SELECT seq.goal, CASE WHEN trunc((seq.goal - seq.before) / %2$s) <= 10000 AND seq.goal %5$s= %6$s THEN %4$s
    WHEN coalesce(pg_sequence_last_value(%3$s) %5$s seq.goal OR pg_sequence_last_value(%3$s) %7$s, true) THEN setval(%3$s, seq.goal) END AS moved
  FROM (SELECT l.*, l.stored_up_to AS goal FROM (%1$s) AS l OFFSET 0) AS seq
 WHERE pg_sequence_parameters(%3$s::regclass)::text = %8$s AND seq.goal %5$s= $q$, l.look, s.seqincrement, quote_literal(s.sql), CASE WHEN s.seqcache > 1 THEN
    format($q$%5$s(( WITH RECURSIVE walk (value) AS ( SELECT nextval(%1$s) UNION ALL SELECT nextval(%1$s) FROM walk WHERE value %3$s seq.goal)
    SELECT %4$s(value) FROM walk), pg_sequence_last_value(%1$s))$q$, quote_literal(s.sql), NULL, s.d[5], s.d[2], s.d[4])
    ELSE format($q$(SELECT %4$s(nextval(%1$s)) FROM generate_series(1, trunc((seq.goal - seq.before) / %2$s)::int))$q$, quote_literal(s.sql), s.seqincrement, s.d[5], s.d[2]) END,
    s.d[5], b.bound - s.seqcache * s.seqincrement::numeric, CASE WHEN s.seqcycle THEN '= seq.last_value' ELSE 'IS NULL' END,
    quote_literal(format('(%s,%s,%s,%s,%s,%s,%s)', s.seqstart, s.seqmin, s.seqmax, s.seqincrement, s.seqcycle, s.seqcache, s.seqtypid::oid))) AS move
  FROM sequence s LEFT JOIN fed f ON f.sequence = s.seqrelid
  LEFT JOIN pg_depend x ON x.classid = 'pg_class'::regclass AND x.objid = s.seqrelid AND x.deptype = 'e' LEFT JOIN pg_extension e ON e.oid = x.refobjid
 CROSS JOIN LATERAL (SELECT has_sequence_privilege(s.seqrelid, 'SELECT') AND has_schema_privilege(s.home, 'USAGE') AS by_name,
    CASE WHEN NOT has_sequence_privilege(s.seqrelid, 'USAGE, SELECT') THEN format('GRANT SELECT ON SEQUENCE %s is missing', s.sql) END AS unseen) AS p
 CROSS JOIN LATERAL (SELECT CASE WHEN p.by_name THEN s.sql ELSE format($q$(SELECT pg_sequence_last_value('%s') AS last_value, true AS is_called)$q$, s.seqrelid) END AS at,
    CASE WHEN s.seqincrement > 0 THEN least(s.seqmax, f.highest) ELSE greatest(s.seqmin, f.lowest) END AS bound) AS b
 CROSS JOIN LATERAL (SELECT concat_ws(', ', f.known, CASE WHEN p.by_name AND NOT s.trusted THEN
    format('(%s::oid, ''S'', %L, ARRAY[]::text[], 0::oid)', s.seqrelid, s.sql) END) AS known) AS k
 CROSS JOIN LATERAL (SELECT CASE WHEN NOT s.seqcycle THEN b.at || ' AS pos' WHEN s.seqincrement > 0
    THEN format($q$(SELECT CASE WHEN is_called AND last_value %2$s %3$s THEN %4$L::bigint ELSE last_value END AS last_value,
    is_called AND NOT last_value %2$s %3$s AS is_called, last_value AS found_value, is_called AS found_called
    FROM %1$s AS found) AS pos$q$, b.at, s.d[6], s.seqmax - s.seqincrement::numeric, s.seqmin)
    ELSE format($q$(SELECT CASE WHEN is_called AND last_value %2$s %3$s THEN %4$L::bigint ELSE last_value END AS last_value,
    is_called AND NOT last_value %2$s %3$s AS is_called, last_value AS found_value, is_called AS found_called
    FROM %1$s AS found) AS pos$q$, b.at, s.d[6], s.seqmin - s.seqincrement::numeric, s.seqmax) END AS run) AS r
 CROSS JOIN LATERAL (SELECT format($q$SELECT %1$s, pos.last_value::numeric - CASE WHEN pos.is_called THEN 0 ELSE %2$s END AS before, %3$s::bigint AS first_stored, %4$s::bigint AS stored_up_to FROM %5$s$q$, CASE WHEN s.seqcycle THEN 'pos.found_value AS last_value, pos.found_called AS is_called'
    ELSE 'pos.last_value, pos.is_called' END, s.seqincrement,
    coalesce(s.d[3] || '(' || f.first || ')', 'NULL'), coalesce(s.d[4] || '(' || f.last || ')', 'NULL'), r.run) AS look) AS l
    LOOP
        status := 'unknown'; reason := nullif(s.reason, ''); obstacle := NULL; next := NULL; first_stored := NULL; stored_up_to := NULL;
        fix := NULL;
        BEGIN -- ends with an error, so that what it locks and sets is released; a sequence that it has moved stays moved
            IF s.lasting AND held >= slots THEN RAISE EXCEPTION 'not reached: one transaction may not lock more; run it again outside of one'; END IF; held := held + s.lasting::int;
            EXECUTE concat_ws('; ', settings, nullif(s.guard, ''));
            FOR pass IN 1 .. 1 LOOP
                EXECUTE s.look INTO last_value, is_called, before, first_stored, stored_up_to;
                next := CASE WHEN before + s.step BETWEEN s.least AND s.greatest THEN before + s.step END;
                status := CASE WHEN last_value IS NULL THEN 'unknown'
                               WHEN next IS NULL OR next < s.lowest OR next > s.highest OR NOT s.cycle AND s.draws >
                                    div(CASE WHEN s.step > 0 THEN s.greatest ELSE s.least END - before, s.step) THEN 'exhausted'
                               WHEN first_stored IS NOT NULL THEN 'out_of_sync'
                               WHEN reason IS NOT NULL THEN 'unknown' ELSE 'ok' END;
                IF last_value IS NULL THEN reason := coalesce(reason, 'GRANT SELECT ON SEQUENCE ' || s.sql || ' is missing'); END IF;
                IF status = 'exhausted' THEN obstacle := 'moving it forward cannot make room: widen it, or the column'; END IF;
                IF status = 'out_of_sync' THEN -- the price of a move: the part of the free values left that it gives up
                    skipped := div(stored_up_to - before, s.step); remaining := greatest(div(s.bound - before, s.step), 1); stored := 0;
                    IF skipped > max_jump * remaining THEN EXECUTE s.count INTO stored; END IF;
                    obstacle := CASE WHEN s.immovable <> '' THEN s.immovable
                                     WHEN (s.bound - stored_up_to) / s.step < 1 THEN stored_up_to || ' leaves no room beyond it'
                                     WHEN skipped - stored > max_jump * (remaining - stored)
                                     THEN format('going beyond %s would give up %s %% of the free values left', stored_up_to,
                                                 round(100 * (skipped - stored) / (remaining - stored))) END;
                    ceiling := before + s.step * greatest(skipped, least(floor(max_jump * remaining), remaining - 1));
                END IF;
                IF status = 'out_of_sync' AND obstacle IS NULL THEN
                    fix := concat(E'BEGIN\n    ', settings, E';\n    ' || nullif(s.lock, ''), E';\n    EXECUTE ' || quote_literal(nullif(s.guard, '')),
                                  E';\n    PERFORM', substr(s.move, 7), ceiling, E';\nEND');
                    fix := CASE WHEN strpos(fix, '$fix$') = 0 THEN 'DO $fix$' || fix || '$fix$' ELSE 'DO ' || quote_literal(fix) END;
                END IF;
            END LOOP;
            RAISE SQLSTATE 'PGSEQ';
        EXCEPTION WHEN SQLSTATE 'PGSEQ' THEN NULL;
                  WHEN OTHERS THEN status := 'unknown'; reason := concat_ws('; ', reason, SQLERRM);
        END;
        rows[cardinality(rows) + 1] := jsonb_build_object('sequence', s.sql, 'feeds', s.feeds, 'next_value', next, 
            'stored_up_to', stored_up_to, 'status', status, 'fix', fix,
            'inserts_until_collision', div(div(first_stored - next, s.step), s.draws),
            'reason', nullif(concat_ws('; ', obstacle, CASE WHEN status <> 'ok' THEN reason END), ''));
        CONTINUE WHEN NOT may_commit OR held < slots;
        COMMIT; held := 0; -- releases the locks on sequences
        PERFORM set_config('search_path', 'pg_catalog, pg_temp', true), set_config('quote_all_identifiers', 'off', true);
    END LOOP;
    PERFORM set_config('search_path', own_path, true), set_config('quote_all_identifiers', own_names, true),
            set_config('pgseq.rows', array_to_json(rows)::text, false);
END $pgseq$;

WITH found AS MATERIALIZED (SELECT current_setting('pgseq.rows')::jsonb AS rows),
     cleared AS MATERIALIZED (SELECT set_config('pgseq.rows', '', false) FROM found)
SELECT r.* FROM cleared, found, jsonb_to_recordset(found.rows) AS r (sequence text, feeds text, next_value bigint, stored_up_to bigint,
           inserts_until_collision bigint, status text, reason text, fix text)
 ORDER BY array_position('{out_of_sync,exhausted,unknown}', r.status), r.sequence;