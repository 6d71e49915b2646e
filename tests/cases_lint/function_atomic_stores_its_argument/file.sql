CREATE TABLE users (id serial PRIMARY KEY, name text);
CREATE FUNCTION put(given int, v text) RETURNS void LANGUAGE sql BEGIN ATOMIC INSERT INTO users VALUES (given, v); END;
SELECT * FROM put(7, 'a');
