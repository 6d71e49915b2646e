-- A sequence that belongs to an extension is behind: it is reported, and never changed.
CREATE TABLE t (id serial PRIMARY KEY);
INSERT INTO t SELECT FROM generate_series(1, 3);
INSERT INTO t VALUES (4), (6);
ALTER EXTENSION plpgsql ADD SEQUENCE t_id_seq;
CREATE TABLE u (id serial PRIMARY KEY);
INSERT INTO u VALUES (1);
