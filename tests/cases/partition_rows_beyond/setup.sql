-- Partitioned by id: the sequence is in the first partition, stored rows in a later one and in the default one.
CREATE TABLE t (id bigserial PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE t_low PARTITION OF t FOR VALUES FROM (1) TO (100);
CREATE TABLE t_mid PARTITION OF t FOR VALUES FROM (100) TO (200);
CREATE TABLE t_rest PARTITION OF t DEFAULT;
INSERT INTO t SELECT FROM generate_series(1, 10);
INSERT INTO t VALUES (150), (5000);
