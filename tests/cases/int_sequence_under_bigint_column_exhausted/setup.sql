-- The second outage at 2^31: the column is bigint by now, its sequence still ends at 2147483647.
CREATE TABLE t (id serial PRIMARY KEY);
ALTER TABLE t ALTER COLUMN id TYPE bigint;
SELECT setval('t_id_seq', 2147483647);
INSERT INTO t VALUES (2147483647), (2147483648);
