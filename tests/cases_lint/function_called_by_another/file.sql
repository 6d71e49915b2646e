CREATE TABLE users (id serial PRIMARY KEY, name text);
CREATE FUNCTION put(v text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO users VALUES (1, v);
END $$;
CREATE FUNCTION outer_one() RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM put('a'); END $$;
SELECT outer_one();
