-- Ten values are left, and the next one is stored: to pass it gives up nothing.
CREATE TABLE t (id serial PRIMARY KEY);
SELECT setval('t_id_seq', 2147483637);
INSERT INTO t VALUES (2147483638);
