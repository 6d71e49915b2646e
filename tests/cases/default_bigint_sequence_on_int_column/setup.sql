-- The usual "id int DEFAULT nextval(...)": the sequence counts in bigint, the column holds integer.
CREATE SEQUENCE s;
CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'));
INSERT INTO t SELECT FROM generate_series(1, 2);
