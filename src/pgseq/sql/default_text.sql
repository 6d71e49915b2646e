       -- The default of a column of fed.sql, its own or its domain's; of a very long one, the beginning of its tree.
       CASE WHEN octet_length(e.tree::text) > {:deparsed} THEN left(e.tree::text, {:longest_body})
            ELSE left(pg_get_expr(e.tree, 0), {:longest}) END
