CREATE TABLE users (id serial PRIMARY KEY, name text);
CREATE FUNCTION f(n int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  IF n > 0 THEN PERFORM f(n - 1); END IF;
  INSERT INTO users (name) VALUES ('a');
END $$;
SELECT f(3);
