CREATE TABLE users (id serial PRIMARY KEY, name text);
CREATE FUNCTION put(v text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO users (id, name) VALUES (1, v);
END $$;
