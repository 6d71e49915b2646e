-- Temporary tables and sequences of a session that is still connected are left out.
CREATE TEMPORARY TABLE scratch (id serial PRIMARY KEY);
INSERT INTO scratch VALUES (1), (2), (3);
CREATE TEMPORARY SEQUENCE scratch_seq;
CREATE TABLE t (id serial PRIMARY KEY);
INSERT INTO t SELECT FROM generate_series(1, 2);
