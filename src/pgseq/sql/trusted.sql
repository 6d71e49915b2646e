    -- The roles that may do all that the current role may do: superusers (members of every role), the role itself, its
    -- members; pg_database_owner as its one member.
    SELECT r.oid
      FROM pg_catalog.pg_roles r
      LEFT JOIN pg_catalog.pg_database d ON rolname = 'pg_database_owner' AND datname = current_database()
     WHERE pg_has_role(coalesce(d.datdba, r.oid), current_user, 'MEMBER')
