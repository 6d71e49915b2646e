CREATE TABLE users (id serial PRIMARY KEY, name text);
CREATE FUNCTION put(v text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO users VALUES (1, v);
  RETURN v;
END $$;
CREATE TABLE other (n text);
INSERT INTO other VALUES (put('a'));
