-- The default gives the sequence to a function of the user's, which may draw from it.
CREATE SEQUENCE s;
CREATE FUNCTION draw(regclass) RETURNS bigint LANGUAGE plpgsql AS $$BEGIN EXECUTE format('SELECT next%s(%L)', 'val', $1); RETURN lastval(); END$$;
CREATE TABLE t (id bigint PRIMARY KEY DEFAULT draw('s'));
INSERT INTO t SELECT generate_series(1, 5);
