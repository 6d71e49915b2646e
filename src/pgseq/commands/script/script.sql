{:head}
SELECT CASE WHEN current_setting('server_version_num')::int < 120000
              OR version() !~ '^PostgreSQL ' OR version() ~* 'greenplum|-yb-'
            THEN ('pgseq needs PostgreSQL 12 or later, and this is ' || version())::int END AS refused,
       set_config('pgseq.transaction', now()::text, false) AS started; -- tells what is one transaction with it

DO $pgseq$
#variable_conflict use_column
DECLARE
    max_jump CONSTANT numeric := {:max_jump}; -- part of the free values left that a move may give up
    scan_limit CONSTANT bigint := {:scan_limit}; -- bytes of a table that are read where no index serves
    safe CONSTANT jsonb := '{:safe}';
    own CONSTANT jsonb := (
        SELECT pg_catalog.jsonb_object_agg(name, setting) FROM pg_catalog.pg_settings WHERE safe ? name);
    visible CONSTANT oid[] := ARRAY(SELECT seqrelid FROM pg_catalog.pg_sequence
                                     WHERE pg_catalog.pg_table_is_visible(seqrelid));
    may_commit CONSTANT boolean := current_setting('pgseq.transaction') <> now()::text
                                   AND now() = statement_timestamp();
    unreached CONSTANT text := 'not reached: one transaction may not lock more; run it again outside of one';
    rows jsonb[] := '{}'; held bigint := 0; -- locks on sequences, which only the end of the transaction releases
    s record; last_value bigint; is_called boolean; -- the sequence, and its position
    before numeric; next numeric; -- the value before the next one, and the next one
    stored_up_to bigint; skipped numeric; remaining numeric; stored numeric; ceiling numeric; -- of a move
    status text; reason text; obstacle text;
    {:declare}
BEGIN -- nobody else's functions and operators are meant from here on
    PERFORM set_config(name, safe ->> name, true) FROM jsonb_object_keys(own) AS name;
{:begin}    FOR s IN
{:catalog}
    LOOP
        status := 'unknown'; reason := nullif(s.reason, ''); obstacle := NULL; next := NULL; stored_up_to := NULL;
        {:reset}
        BEGIN -- ends with an error, which releases what it locks; a sequence that it has moved stays moved
            IF s.lasting AND held >= s.slots THEN RAISE EXCEPTION '%', unreached; END IF;
            held := held + s.lasting::int;
            IF s.guard <> '' THEN EXECUTE s.guard; END IF;
{:looking}
            RAISE SQLSTATE 'PGSEQ';
        EXCEPTION WHEN SQLSTATE 'PGSEQ' THEN NULL;
                  WHEN OTHERS THEN {:failed}
        END;
        rows[cardinality(rows) + 1] := jsonb_build_object('sequence', s.sql, 'feeds', s.feeds, 'next_value', next,
{:row}
            'reason', nullif(concat_ws('; ', obstacle, CASE WHEN status <> 'ok' THEN reason END), ''));
        CONTINUE WHEN NOT may_commit OR held < {:most_held};
        COMMIT; held := 0; -- releases the locks on sequences, and takes back the settings
        PERFORM set_config(name, safe ->> name, true) FROM jsonb_object_keys(own) AS name;
    END LOOP;
    PERFORM set_config(name, own ->> name, true) FROM jsonb_object_keys(own) AS name;
    PERFORM set_config('pgseq.rows', array_to_json(rows)::text, false);
END $pgseq$;

WITH found AS MATERIALIZED (SELECT current_setting('pgseq.rows')::jsonb AS rows),
     cleared AS MATERIALIZED (SELECT set_config('pgseq.rows', '', false) FROM found)
SELECT r.* FROM cleared, found, jsonb_to_recordset(found.rows) AS r (
           {:columns})
 ORDER BY {:order}, r.sequence;
