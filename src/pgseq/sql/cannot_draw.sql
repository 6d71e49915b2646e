           NOT (has_sequence_privilege(pair.role, c.oid, 'USAGE, UPDATE') OR pg_has_role(pair.role, c.relowner, 'MEMBER'))
           OR pair.by_name
              AND NOT (has_schema_privilege(pair.role, n.oid, 'USAGE') OR pg_has_role(pair.role, n.nspowner, 'MEMBER'))
