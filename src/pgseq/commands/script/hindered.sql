        WHEN pg_is_in_recovery() THEN 'this is a standby: run it on the primary' WHEN held >= s.slots THEN unreached
        WHEN current_setting('transaction_read_only')::bool THEN 'the transaction is read-only'
        WHEN current_setting('transaction_isolation') <> 'read committed' THEN 'the transaction is not READ COMMITTED'
