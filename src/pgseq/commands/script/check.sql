      IF status = 'out_of_sync' THEN EXECUTE s.first INTO first_stored; END IF;
      IF status = 'out_of_sync' AND obstacle IS NULL THEN
        fix := concat('BEGIN ', settings, s.lock, 'EXECUTE ' || quote_literal(s.guard) || '; ', 'PERFORM',
          substr(s.move, 7), ceiling, '; IF NOT FOUND THEN RAISE WARNING ''not moved: look again''; END IF; END');
        fix := 'DO ' || CASE strpos(fix, '$fix$') WHEN 0 THEN '$fix$' || fix || '$fix$' ELSE quote_literal(fix) END;
      END IF;
