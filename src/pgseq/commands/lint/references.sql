-- The columns of foreign keys, each with the column that it refers to.
SELECT f.conrelid::bigint AS relid,
       a.attname::text AS "column",
       f.confrelid::bigint AS target,
       b.attname::text AS target_column
  FROM pg_catalog.pg_constraint f
 CROSS JOIN LATERAL unnest(f.conkey, f.confkey) AS pair (own, other)
  JOIN pg_catalog.pg_attribute a ON a.attrelid = f.conrelid AND a.attnum = pair.own
  JOIN pg_catalog.pg_attribute b ON b.attrelid = f.confrelid AND b.attnum = pair.other
 WHERE f.contype = 'f'
 ORDER BY f.oid
