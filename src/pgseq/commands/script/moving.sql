       concat_ws('; ', (SELECT 'it belongs to extension ' || e.extname
                          FROM pg_catalog.pg_depend x JOIN pg_catalog.pg_extension e ON e.oid = x.refobjid
                         WHERE x.classid = 'pg_catalog.pg_class'::regclass AND x.objid = s.seqrelid AND x.deptype = 'e'), f.unlocked,
           CASE WHEN NOT has_schema_privilege(s.schema, 'USAGE') THEN format('GRANT USAGE ON SCHEMA %I is missing', s.schema) END,
           CASE WHEN NOT has_sequence_privilege(s.seqrelid, 'UPDATE') THEN 'GRANT UPDATE ON SEQUENCE ' || s.sql || ' is missing' END)
           AS immovable, f.lock, -- to `move`, the last value that it may go to is appended
       format({:move},
           s.sql, s.step, s.d[2], s.d[3], b.bound - s.seqcache * s.step, CASE WHEN s.seqcycle THEN '= seq.last_value' ELSE 'IS NULL' END,
           l.look, s.definition, s.d[5]) AS move,
       'SELECT (SELECT count(DISTINCT value)' || r.ahead AS count,{:first}
