-- Rows ahead with gaps between them: first collision at 8, the repair goes beyond the last, 900.
CREATE TABLE t (id serial PRIMARY KEY);
INSERT INTO t SELECT FROM generate_series(1, 5);
INSERT INTO t VALUES (8), (9), (70), (900);
