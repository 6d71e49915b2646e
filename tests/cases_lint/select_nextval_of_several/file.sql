CREATE TABLE users (id serial PRIMARY KEY, name text);
INSERT INTO users VALUES (1, 'a'), (2, 'b'), (3, 'c');
SELECT nextval('users_id_seq') FROM generate_series(1, 3);
