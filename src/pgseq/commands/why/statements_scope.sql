-- How much of pg_stat_statements can be seen in this database: texts, those hidden from this role, those too long.
SELECT count(*) AS total,
       count(*) FILTER (WHERE s.query = '<insufficient privilege>') AS hidden,
       count(*) FILTER (WHERE length(s.query) > {:longest}) AS long
  FROM {:schema}.pg_stat_statements s
  JOIN pg_catalog.pg_database d ON d.oid = s.dbid
 WHERE d.datname = pg_catalog.current_database()
