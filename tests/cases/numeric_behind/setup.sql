-- 8.00 is 8 and lies ahead, between 7.5 and NaN, which do not count.
CREATE SEQUENCE s;
CREATE TABLE t (id numeric PRIMARY KEY DEFAULT nextval('s'));
INSERT INTO t SELECT FROM generate_series(1, 3);
INSERT INTO t VALUES (7.5), (8.00), ('NaN'), (8.25);
