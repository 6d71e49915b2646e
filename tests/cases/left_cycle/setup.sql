-- CYCLE is no end: it begins anew after the values that are left, and its column holds them all.
CREATE SEQUENCE s INCREMENT 7 MINVALUE 3 MAXVALUE 60 CYCLE;
CREATE TABLE t (n integer DEFAULT nextval('s'));
SELECT setval('s', 24);
