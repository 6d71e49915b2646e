-- A smallserial at 30000 of 32767: in sync, and running out.
CREATE TABLE t (id smallserial PRIMARY KEY);
SELECT setval('t_id_seq', 29999);
INSERT INTO t VALUES (29999);
