-- A serial column whose default was dropped still owns its sequence, which is ahead of the rows.
CREATE TABLE t (id serial PRIMARY KEY);
INSERT INTO t SELECT FROM generate_series(1, 5);
ALTER TABLE t ALTER COLUMN id DROP DEFAULT;
