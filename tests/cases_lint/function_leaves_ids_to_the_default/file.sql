CREATE TABLE users (id serial PRIMARY KEY, name text);
CREATE FUNCTION put(v text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO users (name) VALUES (v);
END $$;
SELECT put('a');
SELECT put('b') FROM generate_series(1, 3);
