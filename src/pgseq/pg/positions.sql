-- Position of the sequences :oids in one statement. pg_sequence_last_value() is NULL for a sequence never called, or set
-- with is_called = false; until 16 it raises an error without USAGE or SELECT. last_value stays NULL where only
-- `SELECT last_value FROM seq` can tell.
SELECT s.seqrelid::bigint AS oid,
       coalesce(g.last_value, v.last_value) AS last_value,    -- since 18
       coalesce(g.is_called, true) AS is_called               -- since 18
       v.last_value AS last_value, true AS is_called          -- before 18
  FROM pg_catalog.pg_sequence s
 CROSS JOIN LATERAL pg_get_sequence_data(s.seqrelid) g        -- since 18
 CROSS JOIN LATERAL (SELECT CASE WHEN g.last_value IS NULL AND has_sequence_privilege(s.seqrelid, 'USAGE')  -- since 18
 CROSS JOIN LATERAL (SELECT CASE WHEN has_sequence_privilege(s.seqrelid, 'USAGE, SELECT')                   -- before 18
                                 THEN pg_sequence_last_value(s.seqrelid) END AS last_value) v
 WHERE s.seqrelid = ANY ('{:oids}'::oid[])
