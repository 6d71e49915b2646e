  -- Of `pairs` (draws.sql) the columns that may be fed; an owned one with a default that cannot draw is not.
  FROM pairs p
  JOIN pg_catalog.pg_class c ON c.oid = p.relid
  JOIN pg_catalog.pg_attribute a ON a.attrelid = p.relid AND a.attnum = p.attnum
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = p.relid AND d.adnum = p.attnum
  LEFT JOIN base b ON b.domain = a.atttypid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   AND NOT a.attisdropped AND a.attgenerated = ''
   AND (p.draws OR p.owned = 'i' OR coalesce(d.adbin, t.typdefaultbin) IS NULL
        OR coalesce(d.adbin, t.typdefaultbin)::text
           LIKE '%:funcid ' || 'pg_catalog.nextval(regclass)'::regprocedure::oid || ' %'
        -- A function of an extension draws from no sequence that the default does not name: uuid_generate_v4().
        OR EXISTS (SELECT FROM pg_catalog.pg_depend f
                    WHERE f.refclassid IN ('pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_operator'::regclass)
                      AND (f.classid = d.tableoid AND f.objid = d.oid
                           OR d.oid IS NULL AND f.classid = t.tableoid AND f.objid = t.oid)
                      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
                                       WHERE e.classid = f.refclassid AND e.objid = f.refobjid AND e.deptype = 'e')))
   AND n.nspname NOT IN ('pg_catalog', 'information_schema')
   AND NOT pg_is_other_temp_schema(n.oid)
