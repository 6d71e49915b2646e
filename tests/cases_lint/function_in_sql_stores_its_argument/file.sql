CREATE TABLE users (id serial PRIMARY KEY, name text);
CREATE FUNCTION put(int, v text) RETURNS void LANGUAGE sql AS 'INSERT INTO users VALUES ($1, v)';
SELECT put(7, 'a');
