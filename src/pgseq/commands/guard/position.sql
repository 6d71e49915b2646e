BEGIN
  PERFORM setval({:literal}, (kept ->> 0)::bigint, (kept ->> 1)::boolean)
     FROM (SELECT current_setting('pgseq.kept')::jsonb) AS before (kept);
END
