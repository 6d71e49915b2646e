    -- Keys that nothing fills by the catalog: asked for where a sequence feeds nothing, since applications may draw from it.
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
