-- Whether the current role may create objects in schema pgseq, or the schema itself where it is missing, and the statement
-- that would give it the right.
SELECT coalesce(has_schema_privilege(n.oid, 'CREATE'), has_database_privilege(current_database(), 'CREATE')) AS may_create,
       CASE WHEN n.oid IS NULL
            THEN format('GRANT CREATE ON DATABASE %I TO %I', current_database(), current_user)
            ELSE format('GRANT CREATE ON SCHEMA pgseq TO %I', current_user) END AS remedy
  FROM (SELECT) AS one
  LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = 'pgseq'
