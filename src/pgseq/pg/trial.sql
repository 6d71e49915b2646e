-- The tables :relids: the columns that an INSERT has to fill (NOT NULL without default, identity or generation
-- expression), whether the role may insert, and the (unique index, column) pairs of the table and of those below it, as
-- the error of a refused INSERT names the index.
SELECT c.oid::bigint AS relid,
       coalesce(has_table_privilege(c.oid, 'INSERT'), false) AS may_insert,
       ARRAY(SELECT a.attname::text FROM pg_catalog.pg_attribute a
              WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
                AND a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AND a.attgenerated = ''
              ORDER BY a.attnum) AS required,
       ARRAY(WITH RECURSIVE tree AS (
                 SELECT c.oid AS relid
                 UNION
                 SELECT i.inhrelid FROM tree t JOIN pg_catalog.pg_inherits i ON i.inhparent = t.relid)
             SELECT ARRAY[k.relname::text, a.attname::text]
               FROM tree t
               JOIN pg_catalog.pg_index i ON i.indrelid = t.relid AND i.indisunique
               JOIN pg_catalog.pg_class k ON k.oid = i.indexrelid
               JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)) AS keys
  FROM pg_catalog.pg_class c
 WHERE c.oid = ANY ('{:relids}'::oid[])
