-- setval(s, 10, false) after rows 1 to 10: the next value is 10 itself, which is stored.
CREATE TABLE t (id serial PRIMARY KEY);
INSERT INTO t SELECT generate_series(1, 10);
SELECT setval('t_id_seq', 10, false);
