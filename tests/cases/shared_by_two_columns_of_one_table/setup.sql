-- Two columns of one table draw from one sequence: each insert takes two values.
CREATE SEQUENCE s;
CREATE TABLE t (id bigint PRIMARY KEY DEFAULT nextval('s'), version bigint UNIQUE DEFAULT nextval('s'));
INSERT INTO t SELECT FROM generate_series(1, 3);
INSERT INTO t VALUES (-1, 9);
