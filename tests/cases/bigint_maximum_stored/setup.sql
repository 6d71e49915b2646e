-- 9223372036854775807 is stored: the place beyond it does not exist.
CREATE TABLE t (id bigserial PRIMARY KEY);
INSERT INTO t SELECT FROM generate_series(1, 3);
INSERT INTO t VALUES (9223372036854775807);
