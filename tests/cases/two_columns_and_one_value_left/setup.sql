-- A row takes two values, and one is left.
CREATE SEQUENCE s AS smallint;
CREATE TABLE t (a smallint UNIQUE DEFAULT nextval('s'), b smallint UNIQUE DEFAULT nextval('s'));
INSERT INTO t VALUES (1, 2);
SELECT setval('s', 32766);
