-- Two columns of one table draw from one sequence: the value that is stored is the second that the next insert takes.
CREATE SEQUENCE s;
CREATE TABLE t (a bigint UNIQUE DEFAULT nextval('s'), b bigint UNIQUE DEFAULT nextval('s'));
INSERT INTO t VALUES (1000, 2);
