-- Every foreign key of the database, a row a pair of columns: `column` of the table `relid` refers to `referred` of
-- `referred_relid`. Those of a partition that come with its parent's (conparentid) are left out: the parent stands for them.
WITH RECURSIVE bases AS (
    SELECT t.oid AS domain, t.typbasetype AS base, t.typtypmod AS typmod
      FROM pg_catalog.pg_type t WHERE t.typtype = 'd'
    UNION ALL
    SELECT b.domain, t.typbasetype, CASE WHEN b.typmod >= 0 THEN b.typmod ELSE t.typtypmod END
      FROM bases b JOIN pg_catalog.pg_type t ON t.oid = b.base WHERE t.typtype = 'd'
), base AS MATERIALIZED ( -- else all types are looked through for each key where the catalog was never analyzed
    SELECT b.domain, b.base, b.typmod
      FROM bases b JOIN pg_catalog.pg_type t ON t.oid = b.base WHERE t.typtype <> 'd'
)
SELECT x.confrelid::bigint AS referred_relid,
       r.attname::text AS referred,
       format('%I.%I.%I', m.nspname, k.relname, r.attname) AS referred_label,
       format('%I.%I', m.nspname, k.relname) AS referred_table,
       format_type(r.atttypid, r.atttypmod) AS referred_type,
       x.conrelid::bigint AS relid,
       n.nspname::text AS schema,
       c.relname::text AS table,
       a.attname::text AS column,
       format('%I.%I', n.nspname, c.relname) AS table_sql,
       quote_ident(a.attname) AS column_sql,
       format_type(a.atttypid, a.atttypmod) AS type,
       a.atttypid::bigint AS type_oid,
       format_type(coalesce(b.base, a.atttypid), NULL) AS base_type,
       CASE WHEN b.base IS NULL THEN a.atttypmod ELSE b.typmod END AS typmod
  FROM pg_catalog.pg_constraint x
 CROSS JOIN LATERAL unnest(x.conkey, x.confkey) AS pair (attnum, referred_attnum)
  JOIN pg_catalog.pg_attribute a ON a.attrelid = x.conrelid AND a.attnum = pair.attnum
  JOIN pg_catalog.pg_attribute r ON r.attrelid = x.confrelid AND r.attnum = pair.referred_attnum
  JOIN pg_catalog.pg_class c ON c.oid = x.conrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_class k ON k.oid = x.confrelid
  JOIN pg_catalog.pg_namespace m ON m.oid = k.relnamespace
  LEFT JOIN base b ON b.domain = a.atttypid
 WHERE x.contype = 'f' AND x.conparentid = 0
   AND x.conenforced      -- since 18
   AND NOT pg_is_other_temp_schema(n.oid)
 ORDER BY x.conrelid, x.oid, pair.attnum
