-- The default is a function whose body was parsed when it was made: the catalog knows what it draws from.
-- min: 14
CREATE SEQUENCE s;
CREATE FUNCTION next_id() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT nextval('s'); END;
CREATE TABLE t (id bigint PRIMARY KEY DEFAULT next_id());
INSERT INTO t SELECT generate_series(1, 5);
