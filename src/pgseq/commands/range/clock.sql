-- Bisects the key of a table for the first row of the last day, week, month and year (:windows, in seconds before :now). Every
-- row of the answer is a look: of which window, where its search stands (`low` to `high`), and the row that was seen.
WITH RECURSIVE first AS (
    SELECT (SELECT {:key} FROM {:source} WHERE {:key} {:before} {:last} AND NOT ({:key} IS NULL)
             ORDER BY {:key} {:direction} LIMIT 1)::bigint AS key
), search AS (
    SELECT back, f.key AS low, {:last}::bigint + {:onward} AS high, 0 AS step, NULL::bigint AS key, NULL::float8 AS time
      FROM first f CROSS JOIN unnest('{:windows}'::float8[]) AS back
     WHERE f.key IS NOT NULL
    UNION ALL
    SELECT s.back,
           CASE WHEN r.time < {:now} - s.back AND r.key {:before} s.high THEN r.key + {:onward} ELSE s.low END,
           CASE WHEN r.time < {:now} - s.back AND r.key {:before} s.high THEN s.high ELSE m.key END,
           s.step + 1, r.key, r.time
      FROM search s
     CROSS JOIN LATERAL (SELECT s.low + (s.high - s.low) / 2 AS key) m
      LEFT JOIN LATERAL (SELECT {:key}::bigint AS key, extract(epoch FROM {:clock})::float8 AS time FROM {:source}
                          WHERE {:key} {:after} m.key AND {:key} {:before} {:last}
                          ORDER BY {:key} {:direction} LIMIT 1) r ON true
     WHERE s.low {:before} s.high AND s.low <> s.high AND s.step < 70
)
SELECT back, low, high, step, key, time FROM search
