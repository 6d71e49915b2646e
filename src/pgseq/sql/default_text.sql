       -- The default of a column of fed.sql, its own or its domain's; of a very long one, the beginning of its tree.
       CASE WHEN octet_length(coalesce(d.adbin, t.typdefaultbin)::text) > {:deparsed}
            THEN left(coalesce(d.adbin, t.typdefaultbin)::text, {:longest_body})
            ELSE left(coalesce(pg_get_expr(d.adbin, 0), pg_get_expr(t.typdefaultbin, 0)), {:longest}) END
