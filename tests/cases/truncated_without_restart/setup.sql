-- TRUNCATE without RESTART IDENTITY: the empty table's sequence goes on where it was.
CREATE TABLE t (id serial PRIMARY KEY);
INSERT INTO t SELECT FROM generate_series(1, 40);
TRUNCATE t;
