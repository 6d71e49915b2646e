-- The top rows were deleted: their ids are not handed out again.
CREATE TABLE t (id serial PRIMARY KEY);
INSERT INTO t SELECT FROM generate_series(1, 40);
DELETE FROM t WHERE id > 10;
