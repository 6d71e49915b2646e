-- The type is an integer, but its domain takes less.
CREATE DOMAIN ticket AS integer CHECK (VALUE BETWEEN 1 AND 500);
CREATE SEQUENCE s;
CREATE TABLE t (n ticket DEFAULT nextval('s'));
SELECT setval('s', 100);
