-- The unique indexes and those of exclusion constraints, of the names :names, of the tables :tables, or with exactly the key columns :columns; a row an
-- index. `columns` are the key columns in order, an expression as NULL. `integer_key`: one column of an integer type, that
-- neither the server fills nor another table's key. `pinned`: types, functions and operators are all the server's own. `functions` are those which the default of an integer column, or of its
-- domain, calls and which are not the server's own, a text a key column. `triggers` may fill columns of a row before it is
-- stored (tgtype: ROW 1, BEFORE 2, INSERT 4). `follows`: columns outside of the key that an expression or a generated
-- column of it is computed from.
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
       i.indisvalid AS is_valid,
       pg_get_expr(i.indpred, i.indrelid) AS predicate,
       key.pinned AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend p
                                   WHERE p.classid = 'pg_catalog.pg_class'::regclass AND p.objid = k.oid
                                     AND p.refclassid IN ('pg_catalog.pg_proc'::regclass,
                                                          'pg_catalog.pg_operator'::regclass)) AS pinned,
       i.indnkeyatts = 1 AND coalesce(key.bare, false) AS integer_key,
       ARRAY(SELECT (SELECT string_agg(DISTINCT format('%I.%I()', s.nspname, f.proname), ', ')
                       FROM pg_catalog.pg_depend p
                       JOIN pg_catalog.pg_proc f ON f.oid = p.refobjid
                       JOIN pg_catalog.pg_namespace s ON s.oid = f.pronamespace AND s.nspname <> 'pg_catalog'
                      WHERE p.refclassid = 'pg_catalog.pg_proc'::regclass
                        AND (p.classid, p.objid) = (d.class, d.oid)
                        AND coalesce(nullif(y.typbasetype, 0), y.oid)
                            IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype))
               FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS key (attnum, place)
               LEFT JOIN pg_catalog.pg_attribute a
                 ON a.attrelid = i.indrelid AND a.attnum = key.attnum AND key.attnum > 0 AND a.attgenerated = ''
               LEFT JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
               LEFT JOIN LATERAL (SELECT x.tableoid AS class, x.oid FROM pg_catalog.pg_attrdef x
                                   WHERE x.adrelid = a.attrelid AND x.adnum = a.attnum
                                  UNION ALL
                                  SELECT y.tableoid, y.oid WHERE y.typtype = 'd' AND NOT a.atthasdef) d ON true
              WHERE key.place <= i.indnkeyatts
              ORDER BY key.place) AS functions,
       ARRAY(SELECT DISTINCT b.attname::text
               FROM pg_catalog.pg_depend p
               JOIN pg_catalog.pg_attribute b ON b.attrelid = t.oid AND b.attnum = p.refobjsubid
              WHERE p.refclassid = 'pg_catalog.pg_class'::regclass AND p.refobjid = t.oid
                AND b.attnum > 0 AND b.attnum <> ALL (i.indkey::int2[])
                AND CASE p.classid
                        WHEN 'pg_catalog.pg_class'::regclass
                        THEN (p.objid = k.oid AND i.indexprs IS NOT NULL)
                             OR (p.objid = t.oid AND EXISTS (SELECT FROM pg_catalog.pg_attribute a
                                                              WHERE a.attrelid = t.oid AND a.attnum = p.objsubid
                                                                AND a.attgenerated <> ''
                                                                AND a.attnum = ANY (i.indkey::int2[])))
                        WHEN 'pg_catalog.pg_attrdef'::regclass
                        THEN EXISTS (SELECT FROM pg_catalog.pg_attrdef d
                                       JOIN pg_catalog.pg_attribute a
                                         ON a.attrelid = d.adrelid AND a.attnum = d.adnum AND a.attgenerated <> ''
                                      WHERE d.oid = p.objid AND a.attnum = ANY (i.indkey::int2[]))
                    END
              ORDER BY 1) AS follows,
       ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
              WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
              ORDER BY a.attnum) AS table_columns,
       ARRAY(SELECT quote_ident(g.tgname) FROM pg_catalog.pg_trigger g
              WHERE g.tgrelid = t.oid AND NOT g.tgisinternal AND g.tgenabled <> 'D' AND g.tgtype & 7 = 7
              ORDER BY g.tgname) AS triggers,
       t.relkind = 'p' AS partitioned,
       t.relispartition AS is_partition,
       greatest(t.relpages, 0)::bigint * current_setting('block_size')::bigint AS heap_bytes,
       coalesce(has_table_privilege(t.oid, 'SELECT') AND has_schema_privilege(n.oid, 'USAGE'), false)
           AND NOT coalesce(row_security_active(t.oid), false) AND i.indisunique AS may_read
  FROM pg_catalog.pg_index i
  JOIN pg_catalog.pg_class k ON k.oid = i.indexrelid
  JOIN pg_catalog.pg_namespace m ON m.oid = k.relnamespace
  JOIN pg_catalog.pg_class t ON t.oid = i.indrelid AND t.relkind IN ('r', 'p', 'f')
  JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
 CROSS JOIN LATERAL (
    SELECT array_agg(a.attname::text ORDER BY key.place) AS columns,
           array_agg(quote_ident(a.attname) ORDER BY key.place) AS columns_sql,
           bool_and(coalesce(y.oid, 16384) < 16384) AS pinned,
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
 WHERE (i.indisunique OR i.indisexclusion)
   AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
   AND NOT pg_is_other_temp_schema(n.oid)
   AND (k.relname::text = ANY ({:names}) OR t.relname::text = ANY ({:tables}) OR key.columns = {:columns})
 ORDER BY n.nspname, t.relname, k.relname
