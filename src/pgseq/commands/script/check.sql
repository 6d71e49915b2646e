            IF status = 'out_of_sync' THEN
                EXECUTE s.first INTO first_stored;
                IF obstacle IS NULL THEN
                    fix := concat('BEGIN ', settings, '; ' || nullif(s.lock, ''),
                                  '; EXECUTE ' || quote_literal(nullif(s.guard, '')),
                                  '; PERFORM', substr(s.move, 7), ceiling, '; END');
                    fix := CASE WHEN strpos(fix, '$fix$') = 0 THEN 'DO $fix$' || fix || '$fix$'
                                ELSE 'DO ' || quote_literal(fix) END;
                END IF;
            END IF;
