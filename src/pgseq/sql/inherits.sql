  -- Who inherits from whom (`i`), and the child (`c`): tables only, since partitioned indexes stand in pg_inherits too. Left
  -- out is what reading the parent leaves out: other sessions' temporary tables, and a partition that is being detached
  -- (since 14, which others do not have to know).
  JOIN pg_catalog.pg_class c ON c.oid = i.inhrelid AND c.relkind IN ('r', 'p', 'f')
   AND NOT pg_is_other_temp_schema(c.relnamespace)
   AND (to_jsonb(i) ->> 'inhdetachpending') IS DISTINCT FROM 'true'
