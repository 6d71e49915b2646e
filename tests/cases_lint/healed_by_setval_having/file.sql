CREATE TABLE c (id serial PRIMARY KEY);
INSERT INTO c VALUES (5);
SELECT setval('c_id_seq', max(id)) FROM c HAVING max(id) IS NOT NULL;
