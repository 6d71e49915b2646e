-- ALTER SEQUENCE ... RESTART with rows stored: the sequence begins again at 1.
CREATE TABLE t (id serial PRIMARY KEY);
INSERT INTO t SELECT FROM generate_series(1, 10);
ALTER SEQUENCE t_id_seq RESTART;
