-- A domain over smallint has a smallint's limit: the next value does not fit.
CREATE DOMAIN tiny AS smallint;
CREATE SEQUENCE s;
CREATE TABLE t (id tiny PRIMARY KEY DEFAULT nextval('s'));
ALTER SEQUENCE s OWNED BY t.id;
SELECT setval('s', 32767);
INSERT INTO t VALUES (32767);
