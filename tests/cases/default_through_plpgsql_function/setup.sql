-- The default is a function that draws from a sequence which it names only in its text.
CREATE SEQUENCE s;
CREATE FUNCTION next_id() RETURNS bigint LANGUAGE plpgsql AS $$BEGIN RETURN nextval('s'); END$$;
CREATE TABLE t (id bigint PRIMARY KEY DEFAULT next_id());
INSERT INTO t SELECT generate_series(1, 5);
