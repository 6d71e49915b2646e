-- Ids -5, -1 and 0 under MINVALUE 1 can never be handed out.
CREATE TABLE t (id serial PRIMARY KEY);
INSERT INTO t VALUES (-5), (-1), (0);
