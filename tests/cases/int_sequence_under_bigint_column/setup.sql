-- ALTER COLUMN ... TYPE bigint left the serial's sequence AS integer; ids beyond 2^31 are out of its range.
CREATE TABLE t (id serial PRIMARY KEY);
ALTER TABLE t ALTER COLUMN id TYPE bigint;
INSERT INTO t SELECT FROM generate_series(1, 3);
INSERT INTO t VALUES (3000000000), (9223372036854775807);
