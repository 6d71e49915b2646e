-- Somebody set the sequence to 5 while 20 rows are stored.
CREATE TABLE t (id serial PRIMARY KEY);
INSERT INTO t SELECT FROM generate_series(1, 20);
SELECT setval('t_id_seq', 5);
