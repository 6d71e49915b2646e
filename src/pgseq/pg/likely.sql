    -- Keys that nothing fills by the catalog, where a sequence is there that feeds nothing: applications may draw from it.
    UNION ALL
    SELECT i.indrelid, a.attnum, NULL, NULL, NULL, false, NULL, false, NULL, NULL
      FROM pg_catalog.pg_index i
      JOIN pg_catalog.pg_class c ON c.oid = i.indrelid AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0] AND NOT a.atthasdef
           AND a.attidentity = '' AND a.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype, 'numeric'::regtype)
     WHERE i.indisprimary AND i.indnkeyatts = 1 AND i.indrelid > '{:low}'::oid AND i.indrelid <= '{:high}'::oid
       AND i.indrelid >= 16384 -- FirstNormalObjectId
       AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint f
                        WHERE f.conrelid = i.indrelid AND f.contype = 'f' AND a.attnum = ANY (f.conkey))
       AND EXISTS (SELECT FROM pg_catalog.pg_sequence s
                    WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                                       WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.objid = s.seqrelid
                                         AND d.deptype IN ('a', 'i', 'e'))
                      AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d
                                       WHERE d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = s.seqrelid
                                         AND d.deptype = 'n'))
