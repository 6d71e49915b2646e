-- One unknown sequence and one bad one: both are reported, the bad one is moved.
CREATE TABLE t (id bigint PRIMARY KEY);
CREATE SEQUENCE s OWNED BY t.id;
ALTER TABLE t ALTER COLUMN id SET DEFAULT nextval('s') * 2;
INSERT INTO t SELECT FROM generate_series(1, 3);
CREATE TABLE u (id serial PRIMARY KEY);
INSERT INTO u VALUES (1), (2);
