SELECT seq.goal, CASE
         WHEN {:way} <= {:walk} AND seq.goal %5$s= %6$s THEN
           %9$s(%4$s, pg_sequence_last_value(%3$s))
         WHEN coalesce(pg_sequence_last_value(%3$s) %5$s seq.goal OR pg_sequence_last_value(%3$s) %7$s, true) THEN
           setval(%3$s, seq.goal) END AS moved
  FROM (SELECT l.*, l.stored_up_to AS goal FROM (%1$s) AS l OFFSET 0) AS seq
 WHERE pg_sequence_parameters(%3$s::regclass)::text = %8$s AND seq.goal %5$s= 
