CREATE TABLE t (id smallserial PRIMARY KEY);
INSERT INTO t SELECT generate_series(1, 10000);
