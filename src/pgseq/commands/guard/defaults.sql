-- The defaults of columns that depend on the sequences :oids (pg_depend: pg_attrdef -> pg_class).
SELECT DISTINCT p.refobjid::bigint AS sequence,
       c.oid::bigint AS relid,
       format('%I.%I', n.nspname, c.relname) AS table_sql,
       a.attname::text AS column,
       quote_ident(a.attname) AS column_sql,
       pg_get_expr(d.adbin, 0) AS expression,
       quote_ident(pg_get_userbyid(c.relowner)) AS owner,
       pg_has_role(c.relowner, 'USAGE') AS owned_by_us
  FROM pg_catalog.pg_depend p
  JOIN pg_catalog.pg_attrdef d ON d.oid = p.objid
  JOIN pg_catalog.pg_class c ON c.oid = d.adrelid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.adnum
 WHERE p.classid = 'pg_catalog.pg_attrdef'::regclass AND p.refclassid = 'pg_catalog.pg_class'::regclass
   AND p.refobjid = ANY ('{:oids}'::oid[])
 ORDER BY 2, 4
