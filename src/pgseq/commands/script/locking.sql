           string_agg('LOCK TABLE ' || f.tables || ' IN SHARE ROW EXCLUSIVE MODE' || CASE WHEN t.own THEN '; '
                      ELSE ' NOWAIT; ' END, '' ORDER BY NOT t.own, t.relid) AS lock, -- nobody waits for a second owner's
           string_agg(DISTINCT 'GRANT UPDATE ON ' || x.sql || ' is missing, to lock it', '; ') FILTER (WHERE f.tables <> ''
               AND NOT has_table_privilege(c.oid, concat('UPDATE, DELETE, TRUNCATE', CASE WHEN v.version >= 170000
               THEN ', MAINTAIN' END))) AS unlocked,
