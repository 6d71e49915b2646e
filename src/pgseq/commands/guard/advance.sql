#variable_conflict use_column
DECLARE
  furthest {:type};
  seen record;
  alone boolean;
  unmoved boolean;
  patience text;
BEGIN
  SELECT {:furthest}({:value}) INTO furthest FROM inserted AS fed;
  IF furthest {:behind}= pg_sequence_last_value({:literal}) OR furthest IS NULL THEN
    RETURN NULL;
  END IF;
  {:tied}
  -- Somebody may have put a view in the sequence's place. Minor releases from before August 2024 do not know it.
  IF current_setting('restrict_nonsystem_relation_kind', true) IS NOT NULL THEN
    PERFORM set_config('restrict_nonsystem_relation_kind', 'view, foreign-table', true);
  END IF;
  -- Two setval() at once could lower the sequence between the look and the setval() of the other. A short way is gone
  -- by nextval(), with the lock or without.
  alone := pg_try_advisory_xact_lock({:key});
  LOOP
    {:move}
      INTO seen;
    unmoved := seen.moved IS NULL AND seen.goal IS NOT NULL
      AND pg_sequence_last_value({:literal}) {:behind} seen.goal IS NOT FALSE;
    EXIT WHEN alone OR NOT unmoved;
    -- Anybody may hold this lock for as long as they like.
    patience := current_setting('lock_timeout');
    BEGIN
      PERFORM set_config('lock_timeout', CASE WHEN patience::interval BETWEEN '1 ms' AND '{:patience} ms' THEN patience
                                              ELSE '{:patience}ms' END, true);
      PERFORM pg_advisory_xact_lock({:key});
      PERFORM set_config('lock_timeout', patience, true);
      alone := true;
    EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
      EXIT;
    END;
  END LOOP;
  IF seen IS NULL THEN
    RAISE WARNING 'pgseq: % was not moved past %: its definition has changed since the guard was made', {:literal}, furthest
      USING HINT = 'run again: pgseq guard trigger ' || {:place};
  ELSIF unmoved AND alone THEN
    RAISE WARNING 'pgseq: % was not moved past %: that leaves no room, or gives up too many of the free values left',
      {:literal}, seen.goal
      -- Of a run of rows no single one is to blame.
      USING HINT = CASE WHEN NOT EXISTS (SELECT FROM inserted AS fed WHERE {:value} = seen.goal::numeric - {:increment})
                        THEN 'delete or renumber that row, or ' ELSE '' END
                   || 'give them up: pgseq fix ' || {:place} || ' --max-jump 100%';
  ELSIF unmoved AND pg_sequence_last_value({:literal}) {:behind} seen.goal IS NOT FALSE THEN
    RAISE WARNING 'pgseq: % was not moved past %: another session held a lock on it', {:literal}, seen.goal
      USING HINT = 'where it is behind, this moves it: pgseq fix ' || {:place} ||
        '; who holds advisory locks: SELECT pid FROM pg_locks WHERE locktype = ''advisory'' AND granted';
  END IF;
  -- Rolled back as far as this block: settings and the advisory lock go now and not at COMMIT, while nextval() and
  -- setval() stay.
  RAISE SQLSTATE 'PGSEQ';
EXCEPTION
  WHEN SQLSTATE 'PGSEQ' THEN
    RETURN NULL;
  -- What an INSERT that brings its ids would not have waited for.
  WHEN lock_not_available OR deadlock_detected THEN
    RAISE WARNING 'pgseq: % was not moved past %: another session held a lock on it', {:literal}, furthest
      USING HINT = 'where it is behind, this moves it: pgseq fix ' || {:place};
    RETURN NULL;
  -- Renamed, altered, dropped or replaced since, or at this moment ("cache lookup failed" is an internal error), or a
  -- privilege is gone: a guard never stops an INSERT.
  WHEN syntax_error_or_access_rule_violation OR data_exception OR invalid_schema_name
    OR object_not_in_prerequisite_state OR internal_error THEN
    RAISE WARNING 'pgseq: the guard of % does not work any more: %', {:literal}, SQLERRM
      USING HINT = 'make it anew: pgseq guard trigger ' || {:place};
    RETURN NULL;
END
