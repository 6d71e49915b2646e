-- 'INV-' || nextval('s') in an empty table, partitioned: whatever the default makes of the value, nothing is stored yet.
CREATE TABLE t (id text PRIMARY KEY) PARTITION BY LIST (id);
CREATE TABLE t1 PARTITION OF t DEFAULT;
CREATE SEQUENCE s OWNED BY t.id;
ALTER TABLE t ALTER COLUMN id SET DEFAULT 'INV-' || nextval('s');
