CREATE SEQUENCE s;
CREATE FUNCTION next_number() RETURNS text LANGUAGE plpgsql AS $$ BEGIN RETURN 'N' || nextval('s'); END $$;
CREATE TABLE t (n text PRIMARY KEY DEFAULT next_number());
INSERT INTO t VALUES ('N1');
