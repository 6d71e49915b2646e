DECLARE
  holder oid := (SELECT nspowner FROM pg_namespace WHERE nspname = 'pgseq');
BEGIN
  IF holder IS NULL THEN
    CREATE SCHEMA pgseq;
    COMMENT ON SCHEMA pgseq IS 'pgseq: functions of the triggers that move sequences past explicit ids. '
      'List them: pgseq guard status. Remove them, and this schema with the last one: pgseq guard remove';
  ELSIF pg_get_userbyid(holder) <> current_user
    AND NOT EXISTS (SELECT FROM pg_roles WHERE oid = holder AND rolsuper)
    AND holder <> (SELECT datdba FROM pg_database WHERE datname = current_database()) THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = format('schema pgseq belongs to %I, who can drop every guard in it', pg_get_userbyid(holder)),
      HINT = format('ALTER SCHEMA pgseq OWNER TO %I', (SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()));
  END IF;
END
