{:head}
SELECT CASE WHEN current_setting('server_version_num')::int < 120000 OR version() !~ '^PostgreSQL ' OR version() ~* 'greenplum|-yb-'
            THEN ('pgseq needs PostgreSQL 12 or later, and this is ' || version())::int END AS refused,
       set_config('pgseq.transaction', now()::text, false) AS started; -- tells whether what follows is one transaction with it

DO $pgseq$
#variable_conflict use_column
DECLARE
    max_jump CONSTANT numeric := {:max_jump}; -- part of the free values left that a move may give up
    scan_limit CONSTANT bigint := {:scan_limit}; -- bytes of a table that are read where no index serves
    settings text := '{:settings}';
    restricts CONSTANT boolean := {:restricts}; -- it can refuse views
    version CONSTANT int := {:version};
    slots CONSTANT bigint := {:slots}; -- a quarter of the lock table
    visible CONSTANT oid[] := ARRAY(SELECT seqrelid FROM pg_catalog.pg_sequence WHERE pg_catalog.pg_table_is_visible(seqrelid));
    own_path CONSTANT text := current_setting('search_path'); own_names CONSTANT text := current_setting('quote_all_identifiers');
    may_commit CONSTANT boolean := current_setting('pgseq.transaction') <> now()::text AND now() = statement_timestamp();
    rows jsonb[] := '{}'; held bigint := 0; -- locks on sequences, which only the end of the transaction releases
    s record; last_value bigint; is_called boolean; -- the sequence, and its position
    before numeric; next numeric; -- the value before the next one, and the next one
    first_stored bigint; stored_up_to bigint; -- the first stored value that it would hand out, and the last
    remaining numeric; skipped numeric; stored numeric; ceiling numeric; -- of a move
    status text; reason text; obstacle text; {:declare}
BEGIN
    IF restricts THEN settings := settings || '; {:restricting}'; END IF;
    PERFORM set_config('search_path', 'pg_catalog, pg_temp', true), set_config('quote_all_identifiers', 'off', true);
    FOR s IN
{:catalog}
    LOOP
        status := 'unknown'; reason := nullif(s.reason, ''); obstacle := NULL; next := NULL; first_stored := NULL; stored_up_to := NULL;
        {:reset}
        BEGIN -- ends with an error, so that what it locks and sets is released; a sequence that it has moved stays moved
            IF s.lasting AND held >= slots THEN RAISE EXCEPTION 'not reached: {:unreached}'; END IF; held := held + s.lasting::int;
            EXECUTE concat_ws('; ', settings, nullif(s.guard, ''));
            FOR pass IN 1 .. {:passes} LOOP
                EXECUTE s.look INTO last_value, is_called, before, first_stored, stored_up_to;
                next := CASE WHEN before + s.step BETWEEN s.least AND s.greatest THEN before + s.step END;
                status := CASE WHEN last_value IS NULL THEN 'unknown'
                               WHEN next IS NULL OR next < s.lowest OR next > s.highest OR NOT s.cycle AND s.draws >
                                    div(CASE WHEN s.step > 0 THEN s.greatest ELSE s.least END - before, s.step) THEN 'exhausted'
                               WHEN first_stored IS NOT NULL THEN 'out_of_sync'
                               WHEN reason IS NOT NULL THEN 'unknown' ELSE 'ok' END;
                IF last_value IS NULL THEN reason := coalesce(reason, 'GRANT SELECT ON SEQUENCE ' || s.sql || ' is missing'); END IF;
                IF status = 'exhausted' THEN obstacle := 'moving it forward cannot make room: widen it, or the column'; END IF;
                IF status = 'out_of_sync' THEN -- the price of a move: the part of the free values left that it gives up
                    skipped := div(stored_up_to - before, s.step); remaining := greatest(div(s.bound - before, s.step), 1); stored := 0;
                    IF skipped > max_jump * remaining THEN EXECUTE s.count INTO stored; END IF;
                    obstacle := CASE WHEN s.immovable <> '' THEN s.immovable
                                     WHEN (s.bound - stored_up_to) / s.step < 1 THEN stored_up_to || ' leaves no room beyond it'
                                     WHEN skipped - stored > max_jump * (remaining - stored)
                                     THEN format('going beyond %s would give up %s %% of the free values left', stored_up_to,
                                                 round(100 * (skipped - stored) / (remaining - stored))) END;
                    ceiling := before + s.step * greatest(skipped, least(floor(max_jump * remaining), remaining - 1));
                END IF;
{:act}
            END LOOP;
            RAISE SQLSTATE 'PGSEQ';
        EXCEPTION WHEN SQLSTATE 'PGSEQ' THEN NULL;
                  WHEN OTHERS THEN {:failed}
        END;
        rows[cardinality(rows) + 1] := jsonb_build_object('sequence', s.sql, 'feeds', s.feeds, 'next_value', next, {:row},
            'reason', nullif(concat_ws('; ', obstacle, CASE WHEN status <> 'ok' THEN reason END), ''));
        CONTINUE WHEN NOT may_commit OR held < {:most_held};
        COMMIT; held := 0; -- releases the locks on sequences
        PERFORM set_config('search_path', 'pg_catalog, pg_temp', true), set_config('quote_all_identifiers', 'off', true);
    END LOOP;
    PERFORM set_config('search_path', own_path, true), set_config('quote_all_identifiers', own_names, true),
            set_config('pgseq.rows', array_to_json(rows)::text, false);
END $pgseq$;

WITH found AS MATERIALIZED (SELECT current_setting('pgseq.rows')::jsonb AS rows),
     cleared AS MATERIALIZED (SELECT set_config('pgseq.rows', '', false) FROM found)
SELECT r.* FROM cleared, found, jsonb_to_recordset(found.rows) AS r ({:columns})
 ORDER BY {:order}, r.sequence;
