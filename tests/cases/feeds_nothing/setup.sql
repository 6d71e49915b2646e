-- A sequence on its own and a table without default: nothing to collide with.
CREATE SEQUENCE lonely;
CREATE SEQUENCE used START 50;
SELECT nextval('used') FROM generate_series(1, 3);
CREATE TABLE t (id bigint PRIMARY KEY);
INSERT INTO t VALUES (1), (2), (53), (100);
