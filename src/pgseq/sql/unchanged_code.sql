-- No row, and an error where one of :tables (rows of oid, kinds, name, columns, type, mark), whose planning evaluates functions that are
-- not the server's own, is not what it was when it was looked at (unchanged.sql): :code tells of other functions.
WITH RECURSIVE known (relid, kinds, name, columns, type, mark) AS (VALUES {:tables}), tree AS (
    SELECT relid AS top, relid FROM known
    UNION
    SELECT t.top, i.inhrelid FROM tree t JOIN pg_catalog.pg_inherits i ON i.inhparent = t.relid
)
SELECT ('pgseq: ' || string_agg(DISTINCT known.name, ', ') || ' has changed meanwhile')::int
  FROM known
 WHERE NOT EXISTS (SELECT FROM tree t
                     JOIN pg_catalog.pg_class c ON c.oid = t.relid AND strpos(known.kinds, c.relkind::text) > 0
                    WHERE t.top = known.relid AND t.relid = to_regclass(known.name))
    OR EXISTS (SELECT FROM pg_catalog.pg_attribute a
                WHERE a.attrelid = to_regclass(known.name) AND a.attname = ANY (known.columns)
                  AND a.atttypid >= 16384 AND a.atttypid <> known.type)
    OR known.mark IS DISTINCT FROM (
         SELECT string_agg(code.mark, ' ' ORDER BY code.mark COLLATE "C")
           FROM (
{:code}
                ) AS code
          WHERE code.relid = known.relid)
HAVING count(*) > 0
