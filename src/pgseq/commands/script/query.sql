-- pgseq: every sequence of this database, the columns that it feeds, its definition, and the statements that look at it. One SELECT,
-- for clients that allow one statement only. PostgreSQL 12 to 18.
-- `guard` is to be run before `look`, in one transaction, where tables of other owners are read. Of what `look` returns:
{:definition}
-- That is so where `first_stored` is not NULL.
SELECT sql AS sequence, feeds, step AS increment, least AS minvalue, greatest AS maxvalue, cycle, nullif(reason, '') AS not_seen,
       nullif(guard, '') AS guard, look
  FROM (
{:catalog}
) AS found
 ORDER BY sql;
