-- A database without any sequence is in sync.
CREATE TABLE t (id bigint PRIMARY KEY);
INSERT INTO t VALUES (1);
