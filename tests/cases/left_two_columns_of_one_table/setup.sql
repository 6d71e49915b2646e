-- Each row takes two values; of seven that are left, three rows can be made.
CREATE SEQUENCE s MAXVALUE 27;
CREATE TABLE t (one integer DEFAULT nextval('s'), two integer DEFAULT nextval('s'));
SELECT setval('s', 20);
