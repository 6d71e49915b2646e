-- One stray id at 1000000000 would burn nearly half of the integers: not moved unasked.
CREATE TABLE t (id serial PRIMARY KEY);
INSERT INTO t SELECT FROM generate_series(1, 3);
INSERT INTO t VALUES (1000000000);
