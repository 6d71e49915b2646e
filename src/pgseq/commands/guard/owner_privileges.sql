-- For the tables and the sequences that feed them, :pairs (relid, sequence): what the table's owner, to whom a guard's
-- function will belong, lacks to move the sequence, as GRANT statements. setval() needs UPDATE, reading the position
-- SELECT (PostgreSQL documentation, "Sequence Manipulation Functions"), and its name USAGE on its schema.
SELECT c.oid::bigint AS relid,
       s.oid::bigint AS sequence,
       array_remove(ARRAY[
         CASE WHEN has_schema_privilege(c.relowner, n.oid, 'USAGE') IS NOT TRUE
              THEN format('GRANT USAGE ON SCHEMA %I TO %I', n.nspname, pg_get_userbyid(c.relowner)) END,
         CASE WHEN has_sequence_privilege(c.relowner, s.oid, 'SELECT') IS NOT TRUE
                OR has_sequence_privilege(c.relowner, s.oid, 'UPDATE') IS NOT TRUE
              THEN format('GRANT SELECT, UPDATE ON SEQUENCE %I.%I TO %I', n.nspname, s.relname, pg_get_userbyid(c.relowner)) END
       ], NULL) AS missing_grants,
       (has_schema_privilege(c.relowner, n.oid, 'USAGE') AND has_sequence_privilege(c.relowner, s.oid, 'USAGE,UPDATE'))
         IS TRUE AS may_call_nextval
  FROM (VALUES (0::oid, 0::oid){:pairs}) AS fed (relid, sequence)
  JOIN pg_catalog.pg_class c ON c.oid = fed.relid
  JOIN pg_catalog.pg_class s ON s.oid = fed.sequence AND s.relkind = 'S'
  JOIN pg_catalog.pg_namespace n ON n.oid = s.relnamespace
