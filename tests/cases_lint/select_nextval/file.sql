CREATE TABLE users (id serial PRIMARY KEY, name text);
INSERT INTO users VALUES (1, 'admin');
SELECT nextval('users_id_seq');
INSERT INTO users (name) VALUES ('user');
