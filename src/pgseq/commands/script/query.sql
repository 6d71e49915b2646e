-- pgseq: every sequence of this database, the columns that it feeds, its definition, and the statement that looks at
-- it. One SELECT, for clients that allow one statement only. PostgreSQL 12 to 18.
-- One SELECT cannot set search_path: where others may create objects in a schema of yours, SET search_path = pg_catalog
-- before, so that no function of theirs is meant.
-- `guard` is to be run before `look`, in one transaction, where tables of other owners are read.
{:definition}
-- That is so where the `stored_up_to` that `look` returns is not NULL.
SELECT sql AS sequence, feeds, seqincrement AS increment, seqmin AS minvalue, seqmax AS maxvalue, seqcycle AS cycle,
       nullif(reason, '') AS not_seen, nullif(guard, '') AS guard, look
  FROM (
{:catalog}
) AS found
 ORDER BY sql;
