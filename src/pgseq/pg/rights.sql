-- What would give the current role the rights that it lacks on the relations :relids and on the tables below them: one
-- of :privileges on each (the least is named), USAGE on its schema, BYPASSRLS against its policies. A query of a
-- partitioned table needs no right on the partitions, unless they are read :apart; LOCK TABLE does until 12.
WITH RECURSIVE tree AS (
    SELECT unnest('{:relids}'::oid[]) AS relid
    UNION
    SELECT i.inhrelid FROM tree t JOIN pg_catalog.pg_inherits i ON i.inhparent = t.relid
), relation AS (
    SELECT c.oid, n.oid AS schema, n.nspname, c.relname, CASE c.relkind WHEN 'S' THEN 'SEQUENCE ' ELSE '' END AS kind
      FROM tree t
      JOIN pg_catalog.pg_class c ON c.oid = t.relid
      JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
     WHERE {:apart} OR NOT c.relispartition OR c.oid = ANY ('{:relids}'::oid[]) OR '{:privileges}' <> 'SELECT'
), lacking AS (
    SELECT 1 AS place, 0 AS oid, format('GRANT USAGE ON SCHEMA %I TO %I', nspname, current_user) AS remedy
      FROM relation WHERE NOT has_schema_privilege(schema, 'USAGE')
    UNION
    SELECT 2, oid::bigint,
           format('GRANT %s ON %s%I.%I TO %I',
                  CASE WHEN '{:privileges}' = 'SELECT' THEN 'SELECT'
                       WHEN kind = '' THEN 'MAINTAIN'    -- since 17
                       ELSE 'UPDATE' END, kind, nspname, relname, current_user)
      FROM relation WHERE NOT has_table_privilege(oid, '{:privileges}')
                         AND NOT (kind = '' AND '{:privileges}' <> 'SELECT' AND has_table_privilege(oid, 'MAINTAIN'))  -- since 17

    UNION
    SELECT 3, 0, format('ALTER ROLE %I BYPASSRLS', current_user)
      FROM relation WHERE row_security_active(oid)
)
SELECT remedy FROM lacking ORDER BY place, oid
