-- Moves the sequences that feed columns of these tables past what is stored, and never backwards (pgseq).
-- One that has no room there, or would give up too much of its range, is left and warned of.
DO $pgseq$
DECLARE
    -- Named by the caller's search_path; the rest is nobody's operator or function but the server's own.
    tables oid[] := ARRAY[{:tables}]::oid[];
    path text := pg_catalog.current_setting('search_path');
    fed record;
    goal numeric;
    moved bigint;
BEGIN
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    FOR fed IN
        SELECT DISTINCT s.seqrelid::regclass AS sequence, s.seqincrement AS step, s.seqmin, s.seqmax,
               a.attrelid::regclass AS relation, a.attname AS col
          FROM pg_attribute AS a
          LEFT JOIN pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
          JOIN pg_depend AS p
            ON p.classid = 'pg_attrdef'::regclass AND p.objid = d.oid AND p.refclassid = 'pg_class'::regclass
            OR p.classid = 'pg_class'::regclass AND p.deptype = 'i'
               AND p.refclassid = p.classid AND p.refobjid = a.attrelid AND p.refobjsubid = a.attnum
          JOIN pg_sequence AS s ON s.seqrelid = CASE WHEN p.objid = d.oid THEN p.refobjid ELSE p.objid END
         WHERE a.attrelid = ANY (tables)
           AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype)
           AND NOT a.attisdropped
    LOOP
        EXECUTE format($q$
            SELECT stored.furthest,
                   -- Not where that would give up more than a part of the free values left.
                   CASE WHEN %10$s::numeric - %4$s %8$s= stored.furthest
                         AND div(stored.furthest - stored.before, %4$s) - stored.taken
                             <= {:max_jump} * (div(%10$s - stored.before, %4$s) - stored.taken)
                        THEN setval(%1$L, stored.furthest::bigint)
                   END
              FROM (SELECT %2$s(fed.%3$I)::numeric AS furthest,
                           count(DISTINCT fed.%3$I) AS taken,
                           %2$s(seq.last_value::numeric - CASE WHEN seq.is_called THEN 0 ELSE %4$s END) AS before
                      FROM %1$s AS seq, %5$s AS fed
                     WHERE fed.%3$I BETWEEN %6$s AND %7$s
                       AND fed.%3$I %8$s= seq.last_value
                       AND (fed.%3$I <> seq.last_value OR NOT seq.is_called)
                       AND (fed.%3$I::numeric - seq.last_value) %% %4$s = 0) AS stored
             WHERE stored.furthest IS NOT NULL
               AND coalesce(pg_sequence_last_value(%1$L) %9$s stored.furthest, true)$q$,
            fed.sequence, CASE WHEN fed.step > 0 THEN 'max' ELSE 'min' END, fed.col, fed.step, fed.relation,
            fed.seqmin, fed.seqmax, CASE WHEN fed.step > 0 THEN '>' ELSE '<' END,
            CASE WHEN fed.step > 0 THEN '<' ELSE '>' END, CASE WHEN fed.step > 0 THEN fed.seqmax ELSE fed.seqmin END)
            INTO goal, moved;
        IF goal IS NOT NULL AND moved IS NULL THEN
            RAISE WARNING '% was not moved past %: no room there, or too many free values given up', fed.sequence, goal
                USING HINT = {:look} || ' tells what can be done.';
        END IF;
    END LOOP;
    PERFORM pg_catalog.set_config('search_path', path, true);
END $pgseq$;
