\set app public
\set nr 5
\set seq users_id_seq
CREATE TABLE :app.users (id serial PRIMARY KEY, name text);
INSERT INTO :"app".users VALUES (:nr, 'a');
SELECT setval(:'seq', 5);
INSERT INTO users VALUES (:nr + 1, 'b');
