-- How often nextval() was called on each sequence since the statistics were reset: each call reads the one block that a
-- sequence has, and so does each look at its position (PostgreSQL documentation, pg_statio_all_sequences).
SELECT relid::bigint AS oid, (blks_read + blks_hit)::bigint AS calls FROM pg_catalog.pg_statio_all_sequences
