-- Rows that are NULL in a column of a type that cannot be compared exactly: it holds nothing to compare.
CREATE TABLE t (id serial, n int);
ALTER TABLE t ALTER COLUMN id DROP NOT NULL, ALTER COLUMN id TYPE double precision;
INSERT INTO t (id, n) VALUES (NULL, 1), (NULL, 2);
