\set nr 5
CREATE TABLE users (id serial PRIMARY KEY, name text);
INSERT INTO users VALUES (:nr, 'a');
