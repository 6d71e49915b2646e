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
WITH RECURSIVE
{:draws}
, btree AS MATERIALIZED (
    SELECT o.oid FROM pg_catalog.pg_opclass o JOIN pg_catalog.pg_am m ON m.oid = o.opcmethod WHERE m.amname = 'btree'
), trusted AS MATERIALIZED (
{:trusted}
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
{:default_text}
          AS expression,
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
       -- A CHECK, a domain's too, or a foreign key that refers to the table or to another one of its tree. (What refers has
       -- triggers on both sides; they may be others.)
       c.relchecks > 0 OR b.base IS NOT NULL OR c.relhastriggers OR c.relhassubclass OR c.relispartition AS limited,
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
{:fed}
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
 ORDER BY c.oid, a.attnum
