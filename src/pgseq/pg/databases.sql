-- The databases of a server, templates left out, and whether they can be connected to: allow_connections = false keeps everybody
-- out, and an interrupted DROP DATABASE leaves datconnlimit = -2 (PostgreSQL documentation, pg_database).
SELECT datname::text AS name, datallowconn AND datconnlimit <> -2 AS open
  FROM pg_catalog.pg_database
 WHERE NOT datistemplate
 ORDER BY datname
