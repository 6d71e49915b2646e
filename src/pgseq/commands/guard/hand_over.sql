BEGIN
  ALTER FUNCTION {:function}() OWNER TO {:owner};
EXCEPTION WHEN insufficient_privilege THEN
  -- A function's owner needs CREATE on its schema (PostgreSQL documentation, ALTER FUNCTION): lent for this moment.
  GRANT CREATE ON SCHEMA pgseq TO {:owner};
  ALTER FUNCTION {:function}() OWNER TO {:owner};
  REVOKE CREATE ON SCHEMA pgseq FROM {:owner};
END
