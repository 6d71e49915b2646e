-- The sequences that columns of the tables :relids own (OWNED BY: deptype a; identity: i).
SELECT a.attrelid::bigint AS relid,
       a.attname::text AS column,
       s.oid::bigint AS sequence,
       format('%I.%I', n.nspname, s.relname) AS sql
  FROM pg_catalog.pg_depend d
  JOIN pg_catalog.pg_class s ON s.oid = d.objid AND s.relkind = 'S'
  JOIN pg_catalog.pg_namespace n ON n.oid = s.relnamespace
  JOIN pg_catalog.pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
 WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass
   AND d.deptype IN ('a', 'i') AND d.refobjid = ANY ('{:relids}'::oid[])
 ORDER BY s.oid
