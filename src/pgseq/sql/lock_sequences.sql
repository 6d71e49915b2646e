-- Locks the sequences :oids, by their oids, until the transaction ends (lock_and_open_sequence() in sequence.c).
SELECT count(pg_sequence_last_value(oid)) FROM unnest('{:oids}'::oid[]) AS oid
