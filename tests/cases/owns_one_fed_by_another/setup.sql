-- The column owns t_id_seq and draws from central: central is judged, t_id_seq feeds nothing.
CREATE TABLE t (id bigserial PRIMARY KEY);
CREATE SEQUENCE central;
ALTER TABLE t ALTER COLUMN id SET DEFAULT nextval('central');
INSERT INTO t SELECT FROM generate_series(1, 5);
INSERT INTO t VALUES (6);
