-- The older published script, as `psql -Atq -f` takes it: tables are joined to pg_tables by name alone, so a name that
-- stands in a hundred schemas gives a hundred times a hundred statements.
SELECT 'SELECT SETVAL(' || quote_literal(quote_ident(p.schemaname) || '.' || quote_ident(s.relname))
       || ', COALESCE(MAX(' || quote_ident(c.attname) || '), 1)) FROM '
       || quote_ident(p.schemaname) || '.' || quote_ident(t.relname) || ';'
  FROM pg_class AS s, pg_depend AS d, pg_class AS t, pg_attribute AS c, pg_tables AS p
 WHERE s.relkind = 'S'
   AND s.oid = d.objid
   AND d.refobjid = t.oid
   AND d.refobjid = c.attrelid
   AND d.refobjsubid = c.attnum
   AND t.relname = p.tablename
 ORDER BY s.relname;
