-- The default comes with the column's domain; a column with a default of its own does not draw from it.
CREATE SEQUENCE s;
CREATE DOMAIN ticket AS bigint DEFAULT nextval('s');
CREATE TABLE t (id ticket PRIMARY KEY);
CREATE TABLE u (id ticket DEFAULT NULL);
INSERT INTO t SELECT FROM generate_series(1, 2);
INSERT INTO t VALUES (3), (4);
INSERT INTO u VALUES (900);
