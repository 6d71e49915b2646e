-- -9223372036854775808 is stored under an ascending sequence: behind it.
CREATE TABLE t (id bigserial PRIMARY KEY);
INSERT INTO t SELECT FROM generate_series(1, 3);
INSERT INTO t VALUES (-9223372036854775808);
