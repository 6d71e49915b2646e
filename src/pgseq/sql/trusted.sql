    -- The roles that may do all that the current role may do: superusers, the role itself, its members.
    WITH roles AS (
        SELECT oid FROM pg_catalog.pg_roles WHERE rolsuper OR pg_has_role(oid, current_user, 'MEMBER')
    )
    SELECT oid FROM roles
    UNION ALL
    SELECT r.oid FROM pg_catalog.pg_roles r, pg_catalog.pg_database d
     WHERE r.rolname = 'pg_database_owner' AND d.datname = current_database() AND d.datdba IN (SELECT oid FROM roles)
