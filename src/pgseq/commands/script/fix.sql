                EXIT WHEN status <> 'out_of_sync' OR obstacle IS NOT NULL;
                obstacle := CASE WHEN pg_is_in_recovery() THEN 'this is a standby: run it on the primary'
                                 WHEN current_setting('transaction_read_only')::bool THEN 'the transaction is read-only'
                                 WHEN current_setting('transaction_isolation') <> 'read committed' THEN 'the transaction is not READ COMMITTED'
                                 WHEN held >= slots THEN 'not reached: {:unreached}' END;
                EXIT WHEN obstacle IS NOT NULL OR pass = 3;
                IF pass = 1 THEN EXECUTE concat_ws('; ', settings, nullif(s.lock, ''), nullif(s.guard, '')); -- once more under the lock
                ELSE
                    old_value := last_value; old_called := is_called;
                    EXECUTE s.move || ceiling INTO goal, moved; held := held + 1;
                END IF;
