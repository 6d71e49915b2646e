-- A sequence that belongs to an extension and is in order.
CREATE TABLE t (id serial PRIMARY KEY);
INSERT INTO t SELECT FROM generate_series(1, 3);
ALTER EXTENSION plpgsql ADD SEQUENCE t_id_seq;
