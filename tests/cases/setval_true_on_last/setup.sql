-- setval(s, 10) after rows 1 to 10: the next value is 11, which is free.
CREATE TABLE t (id serial PRIMARY KEY);
INSERT INTO t SELECT generate_series(1, 10);
SELECT setval('t_id_seq', 10);
