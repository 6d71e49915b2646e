CREATE TABLE users (id serial PRIMARY KEY, name text);
CREATE TEMP TABLE tmp (n text);
INSERT INTO users (id, name) VALUES (1, 'a');
