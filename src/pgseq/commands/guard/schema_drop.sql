BEGIN
  IF EXISTS (SELECT FROM pg_namespace n WHERE n.nspname = 'pgseq' AND pg_has_role(n.nspowner, 'USAGE')
                AND NOT EXISTS (SELECT FROM pg_depend d
                                 WHERE d.refclassid = 'pg_namespace'::regclass AND d.refobjid = n.oid)) THEN
    DROP SCHEMA pgseq;
  END IF;
END
