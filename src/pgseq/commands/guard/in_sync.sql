BEGIN
  IF (SELECT {:furthest} FROM {:run}) IS NOT NULL THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = {:literal} || ' is out of sync', HINT = {:hint};
  END IF;
END
