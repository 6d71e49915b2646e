                IF status = 'out_of_sync' AND obstacle IS NULL THEN
                    fix := concat(E'BEGIN\n    ', settings, E';\n    ' || nullif(s.lock, ''), E';\n    EXECUTE ' || quote_literal(nullif(s.guard, '')),
                                  E';\n    PERFORM', substr(s.move, 7), ceiling, E';\nEND');
                    fix := CASE WHEN strpos(fix, '$fix$') = 0 THEN 'DO $fix$' || fix || '$fix$' ELSE 'DO ' || quote_literal(fix) END;
                END IF;
