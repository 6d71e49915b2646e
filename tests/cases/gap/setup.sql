-- One row far ahead: 46 more inserts succeed before the first collision.
CREATE TABLE t (id serial PRIMARY KEY);
INSERT INTO t SELECT FROM generate_series(1, 3);
INSERT INTO t VALUES (50);
