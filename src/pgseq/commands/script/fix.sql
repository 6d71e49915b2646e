            EXIT WHEN status <> 'out_of_sync' OR obstacle IS NOT NULL;
            obstacle := CASE
                WHEN pg_is_in_recovery() THEN 'this is a standby: run it on the primary'
                WHEN current_setting('transaction_read_only')::bool THEN 'the transaction is read-only'
                WHEN current_setting('transaction_isolation') <> 'read committed'
                THEN 'the transaction is not READ COMMITTED'
                WHEN held >= s.slots THEN unreached END;
            EXIT WHEN obstacle IS NOT NULL OR pass = 3;
            IF pass = 1 THEN -- lock the tables, and look once more
                EXECUTE concat_ws('; ', nullif(s.lock, ''), nullif(s.guard, ''));
            ELSE
                old_value := last_value; old_called := is_called; held := held + 1;
                EXECUTE s.move || ceiling INTO goal, moved;
            END IF;
