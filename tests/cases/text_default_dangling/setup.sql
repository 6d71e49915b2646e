-- A text default whose sequence was dropped stops nothing: the other sequence is judged as ever.
CREATE SEQUENCE gone;
CREATE TABLE orphan (id bigint PRIMARY KEY DEFAULT nextval('gone'::text));
DROP SEQUENCE gone;
CREATE TABLE t (id serial PRIMARY KEY);
INSERT INTO t VALUES (1);
