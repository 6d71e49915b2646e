-- A descending bigint sequence has left the int column's type at the lower end.
CREATE SEQUENCE s INCREMENT BY -1;
CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'));
ALTER SEQUENCE s OWNED BY t.id;
SELECT setval('s', -2147483648);
