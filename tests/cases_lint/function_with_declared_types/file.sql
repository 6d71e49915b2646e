CREATE TABLE users (id serial PRIMARY KEY, name text);
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ DECLARE r users%ROWTYPE; n users.id%TYPE := 4; BEGIN
  INSERT INTO users VALUES (n, 'a');
END $$;
SELECT f();
