CREATE TABLE users (id serial PRIMARY KEY, name text);
CREATE FUNCTION put(v text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  FOR i IN 1..3 LOOP INSERT INTO users VALUES (i, v); END LOOP;
END $$;
SELECT put('a');
