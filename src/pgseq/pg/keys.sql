-- Integer columns that number the rows of their table, by the looks of it, and that nothing fills: a primary key of one
-- column, or `id` where there is no primary key at all. Not those that refer to another table, that a sequence is owned
-- by, that a row trigger may fill before INSERT, nor tables of extensions, partitions and inheritance children.
SELECT n.nspname::text AS schema,
       c.relname::text AS table,
       a.attname::text AS column,
       format('%I.%I', n.nspname, c.relname) AS table_sql,
       quote_ident(a.attname) AS column_sql,
       format_type(a.atttypid, a.atttypmod) AS type,
       k.indrelid IS NOT NULL AS primary,
       NOT a.attnotnull AS nullable
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_catalog.pg_index k ON k.indrelid = c.oid AND k.indisprimary
  JOIN pg_catalog.pg_attribute a
    ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
   AND CASE WHEN k.indrelid IS NULL THEN lower(a.attname) = 'id' ELSE k.indnkeyatts = 1 AND a.attnum = k.indkey[0] END
 WHERE c.relkind IN ('r', 'p') AND c.relpersistence <> 't' AND NOT c.relispartition
   AND c.oid >= 16384 -- FirstNormalObjectId
   AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
   AND NOT a.atthasdef AND a.attidentity = ''
   AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint f
                    WHERE f.conrelid = c.oid AND f.contype = 'f' AND a.attnum = ANY (f.conkey))
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                    WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                     JOIN pg_catalog.pg_class s ON s.oid = d.objid AND s.relkind = 'S'
                    WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = d.classid
                      AND d.refobjid = c.oid AND d.refobjsubid = a.attnum AND d.deptype IN ('a', 'i'))
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_trigger t -- TRIGGER_TYPE_ROW, _BEFORE and _INSERT
                    WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgtype & 7 = 7)
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid)
 ORDER BY n.nspname, c.relname, a.attnum
