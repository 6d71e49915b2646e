-- Those of the columns :columns (rows of quoted names: schema, table, column) that there are, and whether a row that leaves
-- them out gets a value: by a default, a domain's, as identity or generated.
SELECT n.nspname::text AS schema,
       c.relname::text AS table,
       a.attname::text AS column,
       a.atthasdef OR a.attidentity <> '' OR t.typdefaultbin IS NOT NULL AS filled
  FROM (VALUES (NULL, NULL, NULL){:columns}) AS v (schema, table_name, column_name)
  JOIN pg_catalog.pg_namespace n ON n.nspname = v.schema
  JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = v.table_name AND c.relkind IN ('r', 'p', 'f', 'v')
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = v.column_name AND NOT a.attisdropped
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
