CREATE TABLE users (id serial PRIMARY KEY, name text);
INSERT INTO users VALUES (1, 'a');
CREATE TABLE audit (nr int);
INSERT INTO audit VALUES (nextval('users_id_seq'));
INSERT INTO users (name) VALUES ('b');
