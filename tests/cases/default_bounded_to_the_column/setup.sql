-- A bigint sequence whose MAXVALUE is the column's own limit is not wider than the column.
CREATE SEQUENCE s MAXVALUE 2147483647;
CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'));
