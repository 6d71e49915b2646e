-- The unique indexes of the names :names, of the tables :tables, or with exactly the key columns :columns; a row an
-- index. `columns` are the key columns in order, an expression as NULL. `integer_key`: one column of an integer type, that
-- neither the server fills nor another table's key. `triggers` may fill columns of a row before it is stored (tgtype: ROW 1,
-- BEFORE 2, INSERT 4).
SELECT k.oid::bigint AS oid,
       m.nspname::text AS schema,
       k.relname::text AS name,
       format('%I.%I', m.nspname, k.relname) AS sql,
       t.oid::bigint AS relid,
       n.nspname::text AS table_schema,
       t.relname::text AS table,
       format('%I.%I', n.nspname, t.relname) AS table_sql,
       key.columns,
       key.columns_sql,
       i.indisprimary AS is_primary,
       i.indisvalid AS is_valid,
       pg_get_expr(i.indpred, i.indrelid) AS predicate,
       i.indnkeyatts = 1 AND coalesce(key.bare, false) AS integer_key,
       ARRAY(SELECT quote_ident(g.tgname) FROM pg_catalog.pg_trigger g
              WHERE g.tgrelid = t.oid AND NOT g.tgisinternal AND g.tgenabled <> 'D' AND g.tgtype & 7 = 7
              ORDER BY g.tgname) AS triggers,
       t.relkind = 'p' AS partitioned,
       t.relispartition AS is_partition,
       greatest(t.relpages, 0)::bigint * current_setting('block_size')::bigint AS heap_bytes,
       coalesce(has_table_privilege(t.oid, 'SELECT') AND has_schema_privilege(n.oid, 'USAGE'), false)
           AND NOT coalesce(row_security_active(t.oid), false) AS may_read
  FROM pg_catalog.pg_index i
  JOIN pg_catalog.pg_class k ON k.oid = i.indexrelid
  JOIN pg_catalog.pg_namespace m ON m.oid = k.relnamespace
  JOIN pg_catalog.pg_class t ON t.oid = i.indrelid AND t.relkind IN ('r', 'p', 'f')
  JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
 CROSS JOIN LATERAL (
    SELECT array_agg(a.attname::text ORDER BY key.place) AS columns,
           array_agg(quote_ident(a.attname) ORDER BY key.place) AS columns_sql,
           bool_and(coalesce(nullif(y.typbasetype, 0), y.oid)
                    IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype)
                    AND NOT a.atthasdef AND a.attidentity = ''
                    AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint f
                                     WHERE f.conrelid = i.indrelid AND f.contype = 'f'
                                       AND a.attnum = ANY (f.conkey))) AS bare
      FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS key (attnum, place)
      LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = key.attnum AND key.attnum > 0
      LEFT JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
     WHERE key.place <= i.indnkeyatts
 ) key
 WHERE i.indisunique
   AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
   AND NOT pg_is_other_temp_schema(n.oid)
   AND (k.relname::text = ANY ({:names}) OR t.relname::text = ANY ({:tables}) OR key.columns = {:columns})
 ORDER BY n.nspname, t.relname, k.relname
