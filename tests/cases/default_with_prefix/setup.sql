-- 'INV-' || nextval('s') makes a text key out of the value.
CREATE TABLE t (id text PRIMARY KEY);
CREATE SEQUENCE s OWNED BY t.id;
ALTER TABLE t ALTER COLUMN id SET DEFAULT 'INV-' || nextval('s');
INSERT INTO t SELECT FROM generate_series(1, 3);
