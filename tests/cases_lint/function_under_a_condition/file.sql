CREATE TABLE users (id serial PRIMARY KEY, name text);
CREATE FUNCTION put(v text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  IF v = 'a' THEN INSERT INTO users VALUES (1, v); END IF;
END $$;
SELECT put('a');
