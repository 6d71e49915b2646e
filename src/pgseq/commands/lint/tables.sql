-- The tables of the database with their columns in order, and the tables that they inherit from or are partitions of. A
-- domain stands as the type that it is over.
SELECT c.oid::bigint AS relid,
       n.nspname::text AS schema,
       c.relname::text AS name,
       ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
              WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum) AS columns,
       ARRAY(SELECT a.attidentity::text FROM pg_catalog.pg_attribute a
              WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum) AS identities,
       ARRAY(SELECT format_type(coalesce(nullif(y.typbasetype, 0), y.oid), NULL)
               FROM pg_catalog.pg_attribute a
               JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
              WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum) AS types,
       ARRAY(SELECT CASE WHEN y.typbasetype = 0 THEN a.atttypmod ELSE y.typtypmod END
               FROM pg_catalog.pg_attribute a
               JOIN pg_catalog.pg_type y ON y.oid = a.atttypid
              WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum) AS typmods,
       ARRAY(SELECT i.inhparent::bigint FROM pg_catalog.pg_inherits i
              WHERE i.inhrelid = c.oid ORDER BY i.inhseqno) AS parents
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind IN ('r', 'p', 'f')
   AND c.relpersistence <> 't'
   AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast')
 ORDER BY c.oid
