-- An unlogged sequence under a permanent table restarts after a crash, while the rows stay.
-- min: 15
CREATE UNLOGGED SEQUENCE s;
CREATE TABLE t (id bigint PRIMARY KEY DEFAULT nextval('s'));
ALTER SEQUENCE s OWNED BY t.id;
INSERT INTO t SELECT FROM generate_series(1, 3);
