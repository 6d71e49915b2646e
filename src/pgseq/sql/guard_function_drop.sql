BEGIN
  IF NOT EXISTS (SELECT FROM pg_trigger WHERE tgfoid = {:signature}::regprocedure) THEN
    DROP FUNCTION {:function}();
  END IF;
END
