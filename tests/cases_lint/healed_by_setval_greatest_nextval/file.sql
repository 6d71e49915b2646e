CREATE TABLE e (id serial PRIMARY KEY);
INSERT INTO e VALUES (5);
SELECT setval('e_id_seq', (SELECT GREATEST(MAX(id)+1, nextval('e_id_seq'))-1 FROM e));
