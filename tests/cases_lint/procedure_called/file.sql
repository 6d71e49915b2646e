CREATE TABLE users (id serial PRIMARY KEY, name text);
CREATE PROCEDURE put(v text) LANGUAGE plpgsql AS $$ BEGIN INSERT INTO users VALUES (3, v); COMMIT; END $$;
CALL put('a');
