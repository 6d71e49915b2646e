-- CACHE 50 and no room for another block: the sequence goes to the stored value itself, not to the end of its range.
CREATE SEQUENCE s AS integer MAXVALUE 300 CACHE 50;
CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'));
SELECT setval('s', 250);
INSERT INTO t VALUES (253);
