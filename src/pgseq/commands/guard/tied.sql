  -- The name may be another sequence's by now. The table's own is owned by it, as most are,
  IF NOT EXISTS (SELECT FROM pg_depend x
                  WHERE x.classid = 'pg_class'::regclass AND x.objid = {:literal}::regclass
                    AND x.refclassid = 'pg_class'::regclass AND x.refobjid = TG_RELID) THEN
    -- or by a table that it is part of, or a column of one of these draws from it by its default or its type's.
    IF NOT EXISTS (
      WITH RECURSIVE line AS (
        SELECT TG_RELID AS relid
        UNION
        SELECT i.inhparent FROM line JOIN pg_inherits i ON i.inhrelid = line.relid
      )
      SELECT FROM line
       WHERE EXISTS (SELECT FROM pg_attrdef d
                       JOIN pg_depend x ON x.classid = 'pg_attrdef'::regclass AND x.objid = d.oid
                      WHERE d.adrelid = line.relid
                        AND x.refclassid = 'pg_class'::regclass AND x.refobjid = {:literal}::regclass)
          OR EXISTS (SELECT FROM pg_depend x
                      WHERE x.classid = 'pg_class'::regclass AND x.objid = {:literal}::regclass
                        AND x.refclassid = 'pg_class'::regclass AND x.refobjid = line.relid)
          OR EXISTS (SELECT FROM pg_depend x
                       JOIN pg_attribute a ON a.atttypid = x.objid
                      WHERE x.classid = 'pg_type'::regclass AND a.attrelid = line.relid
                        AND x.refclassid = 'pg_class'::regclass AND x.refobjid = {:literal}::regclass)
    ) THEN
      RAISE WARNING 'pgseq: % was not moved past %: % does not draw from it any more', {:literal}, furthest, TG_RELID::regclass
        USING HINT = 'make it anew: pgseq guard trigger ' || {:place};
      RETURN NULL;
    END IF;
  END IF;
