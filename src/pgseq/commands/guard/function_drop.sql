BEGIN
  IF to_regprocedure({:signature}) IS NOT NULL
     AND NOT EXISTS (SELECT FROM pg_trigger WHERE tgfoid = to_regprocedure({:signature})) THEN
    DROP FUNCTION {:function}();
  END IF;
END
