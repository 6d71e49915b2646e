CREATE TABLE users (id serial PRIMARY KEY, note text);
INSERT INTO users VALUES (3, 'first'), (7, NULL);
SELECT setval('users_id_seq', (SELECT max(id) FROM users WHERE note IS NOT NULL));
