    -- The columns declared by the user, :declared (rows of quoted names), as rows of `links` in draws.sql.
    UNION ALL
    SELECT a.attrelid, a.attnum, s.oid, NULL, NULL, true, NULL, true, v.block, v.ids
      FROM (VALUES (NULL, NULL, NULL, NULL, NULL, NULL::bigint, NULL){:declared})
           AS v (schema, name, table_schema, table_name, column_name, block, ids)
      JOIN pg_catalog.pg_namespace m ON m.nspname = v.schema
      JOIN pg_catalog.pg_class s ON s.relnamespace = m.oid AND s.relname = v.name AND s.relkind = 'S'
      JOIN pg_catalog.pg_namespace n ON n.nspname = v.table_schema
      JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = v.table_name
      JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = v.column_name
     WHERE c.oid > '{:low}'::oid AND c.oid <= '{:high}'::oid
