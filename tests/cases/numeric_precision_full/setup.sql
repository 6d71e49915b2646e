-- numeric(4, 0) holds up to 9999: nextval() gives 10000, the insert fails with "numeric field overflow".
CREATE SEQUENCE s;
CREATE TABLE t (id numeric(4, 0) PRIMARY KEY DEFAULT nextval('s'));
ALTER SEQUENCE s OWNED BY t.id;
SELECT setval('s', 9999);
INSERT INTO t VALUES (9998), (9999);
