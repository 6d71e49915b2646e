-- A column that holds nothing but NULL collides with nothing.
CREATE TABLE t (id serial);
ALTER TABLE t ALTER COLUMN id DROP NOT NULL;
INSERT INTO t SELECT NULL FROM generate_series(1, 5);
