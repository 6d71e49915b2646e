CREATE TABLE b (id serial PRIMARY KEY);
INSERT INTO b VALUES (5);
WITH m AS (SELECT max(id) AS m FROM b) SELECT setval('b_id_seq', m) FROM m;
