-- The joins and the statements of the PostgreSQL wiki's page "Fixing Sequences" as it reads today.
SELECT 'SELECT SETVAL(' || quote_literal(quote_ident(sn.nspname) || '.' || quote_ident(s.relname))
       || ', COALESCE(MAX(' || quote_ident(a.attname) || '), 1)) FROM '
       || quote_ident(tn.nspname) || '.' || quote_ident(t.relname) || ';'
  FROM pg_depend AS d
 INNER JOIN pg_class AS s ON s.oid = d.objid AND s.relkind = 'S'
 INNER JOIN pg_class AS t ON t.oid = d.refobjid
 INNER JOIN pg_attribute AS a ON a.attrelid = t.oid AND d.refobjsubid = a.attnum
 INNER JOIN pg_namespace AS tn ON tn.oid = t.relnamespace
 INNER JOIN pg_namespace AS sn ON sn.oid = s.relnamespace
 ORDER BY sn.nspname, s.relname;
