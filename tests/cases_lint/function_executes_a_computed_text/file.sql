CREATE TABLE users (id serial PRIMARY KEY, name text);
CREATE FUNCTION put(v text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  EXECUTE format('INSERT INTO %I VALUES (1)', 'users');
END $$;
SELECT put('a');
