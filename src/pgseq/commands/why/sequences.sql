-- What the server keeps about every sequence beside its definition. Blocks fetched are counted for sequences as for
-- tables (pg_statio_all_sequences). A sequence is created with a file named as its oid; ALTER SEQUENCE … RESTART and
-- TRUNCATE … RESTART IDENTITY give it a new one, since both can be rolled back (AlterSequence(), ResetSequence() in
-- src/backend/commands/sequence.c). A row of pg_attribute for ctid is written once, when the sequence is created.
SELECT c.oid::bigint AS oid,
       (SELECT count(*) FROM pg_catalog.pg_class o
         WHERE o.relname = c.relname AND o.oid <> c.oid AND o.relkind = 'S') AS namesakes,
       -- Reading a sequence by its name is a scan of its one block, and no use of it.
       greatest(pg_stat_get_blocks_fetched(c.oid) - pg_stat_get_numscans(c.oid), 0) AS accesses,
       c.relfilenode <> c.oid AS rewritten,
       (SELECT m.xmin::text::bigint FROM pg_catalog.pg_attribute m
         WHERE m.attrelid = c.oid AND m.attnum = -1) AS created,
       t.oid::bigint AS owner_relid,
       CASE WHEN t.oid IS NOT NULL THEN format('%I.%I.%I', n.nspname, t.relname, a.attname) END AS owner
  FROM pg_catalog.pg_class c
  LEFT JOIN pg_catalog.pg_depend d
         ON d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = c.oid AND d.deptype IN ('a', 'i')
        AND d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjsubid > 0
  LEFT JOIN pg_catalog.pg_class t ON t.oid = d.refobjid
  LEFT JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
  LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
 WHERE c.relkind = 'S'
