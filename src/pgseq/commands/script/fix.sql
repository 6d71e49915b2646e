      EXIT WHEN status <> 'out_of_sync' OR obstacle IS NOT NULL OR pass = 3;
      IF pass = 1 THEN EXECUTE concat(s.lock, s.guard); CONTINUE; END IF;
      held := held + 1; EXECUTE s.move || ceiling INTO moved; CONTINUE WHEN moved IS NULL;
      old_value := last_value; undo := format('SELECT setval(%L, %s, %s) WHERE pg_catalog.current_database() = %L',
        s.sql, last_value, is_called::text, current_database());
