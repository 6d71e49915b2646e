-- The same stray id under a bigint sequence is a trifle and moved past.
CREATE TABLE t (id bigserial PRIMARY KEY);
INSERT INTO t SELECT FROM generate_series(1, 3);
INSERT INTO t VALUES (1000000000);
