-- The values left are the int column's, not the bigint sequence's: a stray id at 1000000000 spends half of them.
CREATE SEQUENCE s;
CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'));
ALTER SEQUENCE s OWNED BY t.id;
INSERT INTO t SELECT FROM generate_series(1, 3);
INSERT INTO t VALUES (1000000000);
