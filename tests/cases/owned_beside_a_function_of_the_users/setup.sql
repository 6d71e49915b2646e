-- The owning column's default is a function that does not say whether it draws.
CREATE TABLE t (id bigserial PRIMARY KEY);
CREATE FUNCTION next_id() RETURNS bigint LANGUAGE plpgsql AS $$BEGIN RETURN random() * 1000; END$$;
ALTER TABLE t ALTER id SET DEFAULT next_id();
INSERT INTO t VALUES (1), (2);
