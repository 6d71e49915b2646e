-- bigint sequences over int and smallint columns at their limits: nextval() works, the insert fails.
CREATE SEQUENCE s_int;
CREATE SEQUENCE s_small;
CREATE TABLE t_int (id int PRIMARY KEY DEFAULT nextval('s_int'));
CREATE TABLE t_small (id smallint PRIMARY KEY DEFAULT nextval('s_small'));
INSERT INTO t_int VALUES (2147483647);
INSERT INTO t_small VALUES (32767);
SELECT setval('s_int', 2147483647), setval('s_small', 32767);
