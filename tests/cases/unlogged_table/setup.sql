-- An unlogged table's serial is judged like any other.
CREATE UNLOGGED TABLE t (id serial PRIMARY KEY);
INSERT INTO t VALUES (1), (2), (3);
