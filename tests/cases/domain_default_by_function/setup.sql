-- The domain's default is a function that draws.
CREATE SEQUENCE s;
CREATE FUNCTION next_id() RETURNS bigint LANGUAGE plpgsql AS $$BEGIN RETURN nextval('s'); END$$;
CREATE DOMAIN ticket AS bigint DEFAULT next_id();
CREATE TABLE t (id ticket PRIMARY KEY);
INSERT INTO t SELECT generate_series(1, 5);
