-- A stray row at the int column's limit: the bigint sequence could go on, the column could not.
CREATE SEQUENCE s;
CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'));
ALTER SEQUENCE s OWNED BY t.id;
INSERT INTO t SELECT FROM generate_series(1, 3);
INSERT INTO t VALUES (2147483647);
