-- The default folds the sequence's values into a smallint: its type says nothing about the sequence, whose other column is behind.
CREATE SEQUENCE s;
CREATE TABLE t (slot smallint DEFAULT nextval('s') % 100);
CREATE TABLE u (id bigint PRIMARY KEY DEFAULT nextval('s'));
SELECT setval('s', 40000);
INSERT INTO t VALUES (7);
INSERT INTO u VALUES (40001);
