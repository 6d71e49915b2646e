  -- Of `pairs` (draws.sql) the columns that may be fed; an owned one with a default that cannot draw is not.
  FROM pairs p
  JOIN pg_catalog.pg_class c ON c.oid = p.relid
  JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
   AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND NOT pg_is_other_temp_schema(n.oid)
  JOIN pg_catalog.pg_attribute a ON a.attrelid = p.relid AND a.attnum = p.attnum
   AND NOT a.attisdropped AND a.attgenerated = ''
  JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_catalog.pg_attrdef d ON d.adrelid = p.relid AND d.adnum = p.attnum
  JOIN LATERAL (SELECT coalesce(d.adbin, t.typdefaultbin) AS tree) AS e
    ON p.draws OR e.tree IS NULL
    OR e.tree::text LIKE '%:funcid ' || 'pg_catalog.nextval(regclass)'::regprocedure::oid || ' %'
    OR EXISTS (SELECT FROM pg_catalog.pg_depend f -- one of an extension draws from none that is not named
                WHERE f.classid = coalesce(d.tableoid, t.tableoid) AND f.objid = coalesce(d.oid, t.oid)
                  AND f.refclassid = ANY ('{pg_catalog.pg_proc,pg_catalog.pg_operator}'::regclass[])
                  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend x
                                   WHERE x.classid = f.refclassid AND x.objid = f.refobjid AND x.deptype = 'e'))
