-- Schema pgseq: whether the current role may create objects in it, or the schema itself where it is missing, and the
-- statement that would give it that privilege. `owner` (NULL where it is missing) can drop everything in it; `trusted`
-- are a superuser, the database's owner and the current role. `writers` are others who may create objects in it.
SELECT coalesce(has_schema_privilege(n.oid, 'CREATE'), has_database_privilege(d.oid, 'CREATE')) AS may_create,
       CASE WHEN n.oid IS NULL
            THEN format('GRANT CREATE ON DATABASE %I TO %I', d.datname, current_user)
            ELSE format('GRANT CREATE ON SCHEMA pgseq TO %I', current_user) END AS hint,
       quote_ident(pg_get_userbyid(n.nspowner)) AS owner,
       n.oid IS NULL OR n.nspowner = d.datdba OR pg_get_userbyid(n.nspowner) = current_user
         OR EXISTS (SELECT FROM pg_catalog.pg_roles r WHERE r.oid = n.nspowner AND r.rolsuper) AS trusted,
       format('ALTER SCHEMA pgseq OWNER TO %I', pg_get_userbyid(d.datdba)) AS taking,
       ARRAY(SELECT DISTINCT CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END
               FROM aclexplode(n.nspacl) x
               LEFT JOIN pg_catalog.pg_roles r ON r.oid = x.grantee
              WHERE x.privilege_type = 'CREATE' AND x.grantee NOT IN (n.nspowner, d.datdba)
                AND r.rolsuper IS NOT TRUE AND r.rolname IS DISTINCT FROM current_user
              ORDER BY 1) AS writers
  FROM pg_catalog.pg_database d
  LEFT JOIN pg_catalog.pg_namespace n ON n.nspname = 'pgseq'
 WHERE d.datname = current_database()
