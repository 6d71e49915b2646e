-- CACHE hands out blocks; what is left is counted by values, up to the CHECK.
CREATE SEQUENCE s CACHE 50;
CREATE TABLE t (n bigint DEFAULT nextval('s') CHECK (n <= 120));
SELECT setval('s', 100);
