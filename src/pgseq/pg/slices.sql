-- What concerns all parts of the catalog: the oids at which it is cut, so that each has :size sequences; whether a sequence
-- feeds nothing; the greatest oid of a domain, 0 for none (each table has a type, too).
SELECT ARRAY(SELECT oid
               FROM (SELECT seqrelid::bigint AS oid, row_number() OVER (ORDER BY seqrelid) AS place, count(*) OVER () AS count
                       FROM pg_catalog.pg_sequence) AS sequence
              WHERE place % {:size} = 0 AND place < count
              ORDER BY oid) AS ends,
       EXISTS (SELECT FROM pg_catalog.pg_sequence s
                WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                                   WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = s.seqrelid
                                     AND d.deptype IN ('a', 'i', 'e'))
                  AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                                   WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = s.seqrelid
                                     AND d.deptype = 'n')) AS unfed,
       coalesce((SELECT max(oid) FROM pg_catalog.pg_type WHERE typtype = 'd'), 0)::bigint AS last_domain
