           (has_sequence_privilege(d.role, c.oid, 'USAGE, UPDATE') OR pg_has_role(d.role, c.relowner, 'MEMBER'))
           AND (NOT d.by_name OR has_schema_privilege(d.role, n.oid, 'USAGE') OR pg_has_role(d.role, n.nspowner, 'MEMBER'))
