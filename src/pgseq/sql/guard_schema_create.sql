BEGIN
  IF to_regnamespace('pgseq') IS NULL THEN
    CREATE SCHEMA pgseq;
    COMMENT ON SCHEMA pgseq IS 'pgseq: functions of the triggers that move sequences past explicit ids. '
      'List them: pgseq guard status. Remove them, and this schema with the last one: pgseq guard remove';
  END IF;
END
