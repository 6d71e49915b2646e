CREATE TABLE a (id serial PRIMARY KEY);
INSERT INTO a VALUES (5);
SELECT setval((SELECT pg_get_serial_sequence('a', 'id')), (SELECT max(id) FROM a));
