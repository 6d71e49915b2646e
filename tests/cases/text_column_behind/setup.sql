-- A text column compared as numbers: '10' is beyond '9', though it sorts before it.
CREATE SEQUENCE s;
CREATE TABLE t (id varchar(20) PRIMARY KEY DEFAULT nextval('s'));
ALTER SEQUENCE s OWNED BY t.id;
INSERT INTO t VALUES ('1'), ('2'), ('9'), ('10'), ('abc'), ('011');
