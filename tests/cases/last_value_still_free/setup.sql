-- setval(s, MAXVALUE, false): one value is left, and it is free.
CREATE TABLE t (id serial PRIMARY KEY);
INSERT INTO t VALUES (1), (2);
SELECT setval('t_id_seq', 2147483647, false);
