-- The fed columns :columns (rows of table and column): what decides whether their table can be altered or given a
-- trigger. `tree` names the table and all below it, `defaults` are the column's defaults in each, `owners` their owners,
-- and `agree` says of each whether its owner and the table's have each other's privileges (one role, or two superusers).
-- `may_create_function`: a function of the owner can be put into schema pgseq, since the owner may create there or can be granted
-- that. `foreign_below` says
-- whether a foreign table is among them: it cannot have transition tables (CreateTrigger() in src/backend/commands/trigger.c), nor can an INSERT that reaches it.
SELECT c.oid::bigint AS relid,
       a.attname::text AS column,
       quote_literal(format('%I.%I', n.nspname, c.relname)) AS table_literal,
       quote_literal(a.attname) AS column_literal,
       c.relkind::text AS kind,
       quote_ident(pg_get_userbyid(c.relowner)) AS owner,
       pg_has_role(c.relowner, 'USAGE') AS owned_by_us,
       a.attnotnull AS not_null,
       a.attidentity::text AS identity,
       pg_get_expr(d.adbin, 0) AS expression,
       c.relispartition AS is_partition,
       NOT c.relispartition AND EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid) AS inherits,
       c.relkind <> 'p' AND EXISTS (SELECT FROM pg_catalog.pg_inherits i WHERE i.inhparent = c.oid) AS inherited,
       (SELECT e.extname::text FROM pg_catalog.pg_depend x JOIN pg_catalog.pg_extension e ON e.oid = x.refobjid
         WHERE x.classid = 'pg_catalog.pg_class'::regclass AND x.objid = c.oid AND x.deptype = 'e') AS extension,
       tree.names AS tree,
       tree.defaults,
       tree.owners,
       tree.agree,
       tree.foreign_below,
       NOT EXISTS (SELECT FROM pg_catalog.pg_namespace h
                    WHERE h.nspname = 'pgseq' AND NOT has_schema_privilege(c.relowner, h.oid, 'CREATE')
                      AND NOT pg_has_role(h.nspowner, 'USAGE')
                      AND NOT has_schema_privilege(h.oid, 'CREATE WITH GRANT OPTION')) AS may_create_function
  FROM (VALUES (0::oid, ''){:columns}) AS fed (relid, name)
  JOIN pg_catalog.pg_class c ON c.oid = fed.relid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attname = fed.name
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
 CROSS JOIN LATERAL (
    WITH RECURSIVE below AS (
        SELECT c.oid AS relid
        UNION
        SELECT i.inhrelid FROM below b JOIN pg_catalog.pg_inherits i ON i.inhparent = b.relid
    )
    SELECT array_agg(format('%I.%I', n.nspname, t.relname) ORDER BY t.oid <> c.oid, t.oid) AS names,
           array_agg(pg_get_expr(e.adbin, 0) ORDER BY t.oid <> c.oid, t.oid) AS defaults,
           array_agg(quote_ident(pg_get_userbyid(t.relowner)) ORDER BY t.oid <> c.oid, t.oid) AS owners,
           array_agg(pg_has_role(t.relowner, c.relowner, 'USAGE') AND pg_has_role(c.relowner, t.relowner, 'USAGE')
                     ORDER BY t.oid <> c.oid, t.oid) AS agree,
           bool_or(t.relkind = 'f') AS foreign_below
      FROM below b
      JOIN pg_catalog.pg_class t ON t.oid = b.relid
      JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
      LEFT JOIN pg_catalog.pg_attribute m ON m.attrelid = t.oid AND m.attname = a.attname
      LEFT JOIN pg_catalog.pg_attrdef e ON e.adrelid = m.attrelid AND e.adnum = m.attnum
 ) tree
