CREATE TABLE users (id serial PRIMARY KEY, name text);
CREATE VIEW v AS SELECT * FROM users;
INSERT INTO v (id, name) VALUES (5, 'x');
