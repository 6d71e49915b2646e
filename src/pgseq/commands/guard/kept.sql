SELECT jsonb_build_array(
         stands.last_value, stands.is_called, c.relowner::bigint, c.relpersistence, obj_description(c.oid, 'pg_class'),
         (SELECT jsonb_agg(jsonb_build_array(x.grantee::bigint, x.privilege_type, x.is_grantable)
                           ORDER BY x.grantee, x.privilege_type, x.is_grantable)
            FROM aclexplode(coalesce(c.relacl, acldefault('s', c.relowner))) x),
         -- What the partitions draw from, whatever that is: they do not have the identity.  -- before 17
         (SELECT jsonb_agg(jsonb_build_array(d.adrelid::bigint, pg_get_expr(d.adbin, 0)) ORDER BY d.adrelid)  -- before 17
            FROM pg_attrdef d  -- before 17
            JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum  -- before 17
           WHERE a.attname = {:column} AND d.adrelid <> {:table}::regclass  -- before 17
             AND d.adrelid IN (SELECT relid FROM pg_partition_tree({:table}))),  -- before 17
         (SELECT jsonb_agg(DISTINCT jsonb_build_array(d.adrelid::bigint, d.adnum, pg_get_expr(d.adbin, 0)))
            FROM pg_depend p
            JOIN pg_attrdef d ON d.oid = p.objid
            JOIN pg_attribute a ON a.attrelid = d.adrelid AND a.attnum = d.adnum
           WHERE p.classid = 'pg_attrdef'::regclass AND p.refclassid = 'pg_class'::regclass AND p.refobjid = c.oid
             AND NOT (a.attname = {:column} AND d.adrelid IN (SELECT relid FROM pg_partition_tree({:table})))  -- since 17
             AND NOT (a.attname = {:column} AND d.adrelid = {:table}::regclass)))::text
  FROM {:sequence} AS stands, pg_class c
 WHERE c.oid = {:literal}::regclass
