-- Five rows of one's own, then an import of 495 rows with their old ids.
CREATE TABLE t (id serial PRIMARY KEY);
INSERT INTO t SELECT FROM generate_series(1, 5);
INSERT INTO t SELECT generate_series(6, 500);
