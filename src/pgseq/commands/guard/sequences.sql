-- What a sequence made anew has to be given again: the sequences :oids with owner, comment and rights as statements, and
-- what else depends on each (pg_depend; defaults of columns apart) or is attached to it, and would be lost.
-- `revoke` takes away what default privileges give to a new sequence of that owner in that schema (pg_default_acl).
SELECT c.oid::bigint AS sequence,
       format('%I.%I', n.nspname, c.relname) AS sql,
       quote_ident(pg_get_userbyid(c.relowner)) AS owner,
       pg_has_role(c.relowner, 'USAGE') AS owned_by_us,
       quote_literal(obj_description(c.oid, 'pg_class')) AS comment,
       (SELECT format('REVOKE ALL ON SEQUENCE %I.%I FROM PUBLIC, %I%s', n.nspname, c.relname,
                      pg_get_userbyid(c.relowner), string_agg(DISTINCT ', ' || quote_ident(r.rolname), ''))
          FROM pg_catalog.pg_default_acl p
         CROSS JOIN LATERAL aclexplode(p.defaclacl) x
          LEFT JOIN pg_catalog.pg_roles r ON r.oid = x.grantee AND r.oid <> c.relowner
         WHERE p.defaclobjtype = 'S' AND p.defaclnamespace IN (0, c.relnamespace)
           AND p.defaclrole IN (c.relowner, (SELECT oid FROM pg_catalog.pg_roles WHERE rolname = current_user))
        HAVING count(*) > 0 OR c.relacl IS NOT NULL) AS revoke,
       ARRAY(SELECT format('GRANT %s ON SEQUENCE %I.%I TO %s%s', string_agg(x.privilege_type, ', ' ORDER BY x.privilege_type),
                           n.nspname, c.relname,
                           CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END,
                           CASE WHEN x.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END)
               FROM aclexplode(coalesce(c.relacl, acldefault('s', c.relowner))) x
              GROUP BY x.grantee, x.is_grantable
              ORDER BY x.grantee, x.is_grantable) AS grants,
       ARRAY(SELECT pg_describe_object(p.classid, p.objid, p.objsubid)
               FROM pg_catalog.pg_depend p
              WHERE p.refclassid = 'pg_catalog.pg_class'::regclass AND p.refobjid = c.oid
                AND p.deptype <> 'i' AND p.classid <> 'pg_catalog.pg_attrdef'::regclass
             UNION ALL
             SELECT format('security label of %s', l.provider)
               FROM pg_catalog.pg_seclabel l
              WHERE l.classoid = 'pg_catalog.pg_class'::regclass AND l.objoid = c.oid
             UNION ALL
             SELECT format('rights on its column %I', a.attname)
               FROM pg_catalog.pg_attribute a
              WHERE a.attrelid = c.oid AND a.attacl IS NOT NULL
              ORDER BY 1) AS dependents
  FROM pg_catalog.pg_class c
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
 WHERE c.oid = ANY ('{:oids}'::oid[])
