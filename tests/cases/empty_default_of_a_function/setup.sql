-- A function makes texts of the sequence's values for two columns of a table that is empty: nothing can collide.
-- min: 14
CREATE SEQUENCE placeholder_seq;
CREATE FUNCTION placeholder() RETURNS text LANGUAGE sql
    BEGIN ATOMIC SELECT 'p_' || nextval('placeholder_seq'::regclass); END;
CREATE TABLE people (url text NOT NULL DEFAULT placeholder(), inbox text NOT NULL DEFAULT placeholder());
