DECLARE
  strange text;
BEGIN
  -- A name is looked up again after the wait for a lock.
  SELECT planned.name INTO strange
    FROM (VALUES {:tables}) AS planned (name, owner)
    JOIN pg_class c ON c.oid = planned.name::regclass
   WHERE c.relkind NOT IN ('r', 'p') OR quote_ident(pg_get_userbyid(c.relowner)) <> planned.owner;
  IF FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'object_not_in_prerequisite_state',
      MESSAGE = strange || ': another kind of relation, or one of another owner, has this name since this was planned',
      HINT = 'plan again';
  END IF;
END
