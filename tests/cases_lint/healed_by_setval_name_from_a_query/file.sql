CREATE TABLE d (id serial PRIMARY KEY);
INSERT INTO d VALUES (5);
SELECT setval(s, m) FROM (SELECT pg_get_serial_sequence('d', 'id') AS s, max(id) AS m FROM d) x;
