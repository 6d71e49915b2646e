SELECT CASE WHEN seq.way <= {:walk} AND seq.goal %4$s= %5$s THEN
           %9$s({:walked}, pg_sequence_last_value(%1$L))
         WHEN coalesce(pg_sequence_last_value(%1$L) %4$s seq.goal OR pg_sequence_last_value(%1$L) %6$s, true) THEN
           setval(%1$L, seq.goal) END AS moved
  FROM (SELECT *, stored_up_to AS goal, trunc((stored_up_to - before) / %2$s) AS way FROM (%7$s) AS l OFFSET 0) AS seq
 WHERE (SELECT s::text FROM pg_catalog.pg_sequence s WHERE s.seqrelid = %1$L::regclass) = %8$L AND seq.goal %4$s= 
