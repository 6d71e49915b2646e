CREATE TABLE users (id serial PRIMARY KEY, name text);
CREATE FUNCTION put(v text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  EXECUTE 'INSERT INTO users VALUES (1, ''a'')';
END $$;
SELECT put('a');
