DECLARE
  grantee text;
BEGIN
  -- Who may execute it could tie it to a table of their own, whose types it would work with as its owner.
  FOR grantee IN
    SELECT DISTINCT CASE x.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(x.grantee)) END
      FROM pg_proc f CROSS JOIN LATERAL aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) x
     WHERE f.oid = {:signature}::regprocedure AND x.grantee <> f.proowner
  LOOP
    EXECUTE 'REVOKE ALL ON FUNCTION ' || {:signature} || ' FROM ' || grantee;
  END LOOP;
END
