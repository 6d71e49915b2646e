-- setval(s, MAXVALUE, false) with MAXVALUE stored: the only value left collides, and there is nowhere to move.
CREATE TABLE t (id serial PRIMARY KEY);
INSERT INTO t VALUES (1), (2147483647);
SELECT setval('t_id_seq', 2147483647, false);
