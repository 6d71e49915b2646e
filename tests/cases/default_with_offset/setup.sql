-- nextval('s') + 1000 stores another value than the sequence's: not to be judged by comparing.
CREATE TABLE t (id bigint PRIMARY KEY);
CREATE SEQUENCE s OWNED BY t.id;
ALTER TABLE t ALTER COLUMN id SET DEFAULT nextval('s') + 1000;
INSERT INTO t SELECT FROM generate_series(1, 3);
INSERT INTO t VALUES (4), (5);
