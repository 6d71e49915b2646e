-- The bigint sequence has hardly begun, its int column is 93 % used.
CREATE SEQUENCE s;
CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'));
ALTER SEQUENCE s OWNED BY t.id;
SELECT setval('s', 2000000000);
