-- The table is gone, its unowned sequence stays and feeds nothing.
CREATE SEQUENCE s;
CREATE TABLE t (id bigint DEFAULT nextval('s'));
INSERT INTO t SELECT FROM generate_series(1, 3);
DROP TABLE t;
