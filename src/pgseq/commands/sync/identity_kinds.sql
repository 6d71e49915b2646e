-- Identity columns of the tables :relids: attidentity is a (ALWAYS) or d (BY DEFAULT).
SELECT a.attrelid::bigint AS relid,
       a.attname::text AS column,
       CASE a.attidentity WHEN 'a' THEN 'ALWAYS' ELSE 'BY DEFAULT' END AS kind
  FROM pg_catalog.pg_attribute a
 WHERE a.attrelid = ANY ('{:relids}'::oid[]) AND a.attidentity <> ''
