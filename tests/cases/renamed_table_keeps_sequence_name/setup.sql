-- users became customers, a new users was made: two sequences named after users.
CREATE TABLE users (id serial PRIMARY KEY);
INSERT INTO users VALUES (1), (2);
ALTER TABLE users RENAME TO customers;
CREATE TABLE users (id serial PRIMARY KEY);
INSERT INTO users SELECT FROM generate_series(1, 3);
