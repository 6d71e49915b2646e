-- The oids at which the catalog is cut, so that each part has :size sequences.
SELECT oid
  FROM (SELECT seqrelid::bigint AS oid, row_number() OVER (ORDER BY seqrelid) AS place, count(*) OVER () AS count
          FROM pg_catalog.pg_sequence) AS sequence
 WHERE place % {:size} = 0 AND place < count
 ORDER BY oid
