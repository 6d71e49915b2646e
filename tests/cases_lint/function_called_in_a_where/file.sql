CREATE TABLE users (id serial PRIMARY KEY, name text);
CREATE FUNCTION put(v text) RETURNS bool LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO users VALUES (1, v);
  RETURN true;
END $$;
CREATE TABLE other AS SELECT 1 AS n;
UPDATE other SET n = 2 WHERE put('a');
