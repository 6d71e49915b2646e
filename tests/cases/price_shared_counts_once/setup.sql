-- The same values in both columns are counted once: 30 of the 80 free values left would be given up.
CREATE SEQUENCE s MAXVALUE 100;
CREATE TABLE a (id int PRIMARY KEY DEFAULT nextval('s'));
CREATE TABLE b (id int PRIMARY KEY DEFAULT nextval('s'));
INSERT INTO a SELECT generate_series(1, 19);
INSERT INTO b SELECT generate_series(1, 19);
INSERT INTO a VALUES (50);
