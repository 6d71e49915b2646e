#variable_conflict use_column
DECLARE
  furthest {:type};
  seen record;
BEGIN
  SELECT {:furthest}({:value}) INTO furthest FROM inserted AS fed;
  IF furthest {:behind}= pg_sequence_last_value({:literal}) OR furthest IS NULL THEN
    RETURN NULL;
  END IF;
  {:tied}
  -- Two of these at once could lower the sequence between the look and the setval() of the other.
  PERFORM pg_advisory_xact_lock({:key});
  {:move}
    INTO seen;
  IF seen IS NULL THEN
    RAISE WARNING 'pgseq: % was not moved past %: its definition has changed since the guard was made', {:literal}, furthest
      USING HINT = 'run pgseq guard trigger again';
  ELSIF seen.moved IS NULL AND pg_sequence_last_value({:literal}) {:behind} seen.goal IS NOT FALSE AND seen.goal IS NOT NULL THEN
    RAISE WARNING 'pgseq: % was not moved past %: that leaves no room, or gives up too many of the values left',
      {:literal}, seen.goal
      USING HINT = 'delete or renumber that row, or allow it: pgseq guard trigger --max-jump 100%';
  END IF;
  -- Rolled back as far as this block: the advisory lock goes now and not at COMMIT, while nextval() and setval() stay.
  RAISE SQLSTATE 'PGSEQ';
EXCEPTION
  WHEN SQLSTATE 'PGSEQ' THEN
    RETURN NULL;
  -- What an INSERT that brings its ids would not have waited for.
  WHEN lock_not_available OR deadlock_detected THEN
    RAISE WARNING 'pgseq: % was not moved past %: another session held a lock on it', {:literal}, furthest
      USING HINT = 'pgseq check tells whether it is behind, pgseq fix moves it';
    RETURN NULL;
  -- Renamed, altered or dropped since, or a right is gone: a guard never stops an INSERT.
  WHEN syntax_error_or_access_rule_violation OR data_exception OR invalid_schema_name THEN
    RAISE WARNING 'pgseq: the guard of % does not work any more: %', {:literal}, SQLERRM
      USING HINT = 'run pgseq guard trigger again, or pgseq guard remove';
    RETURN NULL;
END
