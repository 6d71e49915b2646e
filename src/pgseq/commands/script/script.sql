{:head}
DO $pgseq$ BEGIN
  IF version() !~ '^PostgreSQL (1[2-9]|[2-9][0-9])' OR version() ~* 'greenplum|-yb-' THEN
    RAISE feature_not_supported USING MESSAGE = 'pgseq needs PostgreSQL 12 or later', HINT = 'This is ' || version();
  END IF;
  PERFORM set_config('pgseq.transaction', now()::text, false); -- tells what is one transaction with this
END $pgseq$;

DO $pgseq$
#variable_conflict use_column
DECLARE
  max_jump CONSTANT numeric := {:max_jump}; -- part of the free values left that a move may give up
  scan_limit CONSTANT bigint := {:scan_limit}; -- bytes of a table that are read where no index serves
  safe jsonb := '{:safe}';
  own jsonb := (SELECT pg_catalog.jsonb_object_agg(name, setting) FROM pg_catalog.pg_settings WHERE safe ? name);
  visible oid[] := ARRAY(SELECT seqrelid FROM pg_catalog.pg_sequence WHERE pg_catalog.pg_table_is_visible(seqrelid));
  may_commit boolean := now() = statement_timestamp() AND now()::text <> current_setting('pgseq.transaction');
  unreached text := 'not reached: one transaction may not lock more; run it again outside of one';
  rows jsonb[] := '{}'; held bigint := 0; -- locks on sequences, which only the end of the transaction releases
  s record; status text; reason text; obstacle text; {:declare}
  last_value bigint; is_called boolean; before numeric; next numeric; stored_up_to bigint; -- where a sequence stands
  skipped numeric; remaining numeric; stored numeric; ceiling numeric; -- of a move
BEGIN -- nobody else's functions and operators are meant from here on
  PERFORM set_config(name, safe ->> name, true) FROM jsonb_object_keys(own) AS name;
{:begin}  FOR s IN
{:catalog}
  LOOP
    status := 'unknown'; reason := nullif(s.reason, ''); obstacle := NULL; next := NULL;
    stored_up_to := NULL; {:reset}
    BEGIN -- ends with an error, which releases what it locks; a sequence that it has moved stays moved
      IF s.lasting AND held >= s.slots THEN RAISE '%', unreached; END IF;
      held := held + s.lasting::int; EXECUTE coalesce(s.guard, '');
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
