-- A detached partition keeps the default and goes on drawing from the old parent's sequence.
CREATE TABLE t (id bigserial, region int NOT NULL DEFAULT 1) PARTITION BY LIST (region);
CREATE TABLE t_1 PARTITION OF t FOR VALUES IN (1);
CREATE TABLE t_2 PARTITION OF t FOR VALUES IN (2);
INSERT INTO t SELECT FROM generate_series(1, 3);
ALTER TABLE t DETACH PARTITION t_2;
INSERT INTO t_2 (id, region) VALUES (4, 2), (20, 2);
