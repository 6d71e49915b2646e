-- Columns whose default calls nextval() on a text that holds the name :name.
SELECT format('%I.%I.%I', n.nspname, c.relname, a.attname) AS label, x.expression
  FROM pg_catalog.pg_attrdef d
  JOIN pg_catalog.pg_class c ON c.oid = d.adrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
 CROSS JOIN LATERAL (SELECT pg_get_expr(d.adbin, d.adrelid) AS expression OFFSET 0) x
 WHERE d.adbin::text LIKE '%:funcid ' || 'pg_catalog.nextval(regclass)'::regprocedure::oid || ' %'
   AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend p
                     JOIN pg_catalog.pg_sequence s ON s.seqrelid = p.refobjid
                    WHERE p.classid = 'pg_catalog.pg_attrdef'::regclass AND p.objid = d.oid
                      AND p.refclassid = 'pg_catalog.pg_class'::regclass)
   AND strpos(lower(x.expression), lower({:name})) > 0
 ORDER BY 1
