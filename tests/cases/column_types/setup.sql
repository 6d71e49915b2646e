-- Columns of every kind of number, each behind by five rows.
CREATE SEQUENCE s_small;
CREATE SEQUENCE s_int;
CREATE SEQUENCE s_big;
CREATE SEQUENCE s_numeric;
CREATE TABLE t_small (id smallint DEFAULT nextval('s_small'));
CREATE TABLE t_int (id int DEFAULT nextval('s_int'));
CREATE TABLE t_big (id bigint DEFAULT nextval('s_big'));
CREATE TABLE t_numeric (id numeric DEFAULT nextval('s_numeric'));
INSERT INTO t_small SELECT generate_series(1, 5);
INSERT INTO t_int SELECT generate_series(1, 5);
INSERT INTO t_big SELECT generate_series(1, 5);
INSERT INTO t_numeric SELECT generate_series(1, 5);
