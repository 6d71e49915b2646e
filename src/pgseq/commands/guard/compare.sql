BEGIN
  IF ({:kept}) IS DISTINCT FROM current_setting('pgseq.kept') THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = {:literal} || ': its position, privileges, comment or dependent defaults would not be as before',
      HINT = 'something has changed since this was planned: plan again';
  END IF;
END
