CREATE TABLE users (id serial PRIMARY KEY, name text);
CREATE FUNCTION put(v text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  IF v = 'b' THEN RETURN; END IF; INSERT INTO users VALUES (1, v);
END $$;
SELECT put('a');
