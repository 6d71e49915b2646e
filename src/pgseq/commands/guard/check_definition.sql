BEGIN
  IF pg_sequence_parameters({:literal}::regclass)::text IS DISTINCT FROM {:definition} THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = {:literal} || ': its definition has changed since this was planned', HINT = 'plan again';
  END IF;
END
