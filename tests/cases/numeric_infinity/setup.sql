-- Infinity in a numeric column sorts above every number and collides with none.
-- min: 14
CREATE SEQUENCE s;
CREATE TABLE t (id numeric PRIMARY KEY DEFAULT nextval('s'));
INSERT INTO t SELECT FROM generate_series(1, 3);
INSERT INTO t VALUES ('Infinity'), ('-Infinity'), (5);
