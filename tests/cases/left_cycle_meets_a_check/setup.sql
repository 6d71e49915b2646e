-- A CHECK comes before the place where CYCLE would begin anew.
CREATE SEQUENCE s MAXVALUE 100 CYCLE;
CREATE TABLE t (n integer DEFAULT nextval('s') CHECK (n > 0 AND n < 40));
SELECT setval('s', 10);
