-- The owning column's default is a function that wraps nextval(): what it does with the value is its secret.
CREATE TABLE t (id bigint PRIMARY KEY);
CREATE SEQUENCE s OWNED BY t.id;
CREATE FUNCTION next_id() RETURNS bigint LANGUAGE sql AS $$ SELECT nextval('s') * 10 $$;
ALTER TABLE t ALTER COLUMN id SET DEFAULT next_id();
INSERT INTO t SELECT FROM generate_series(1, 3);
