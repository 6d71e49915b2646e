-- The furthest stored value and the first collision lie in different tables.
CREATE SEQUENCE s;
CREATE TABLE a (id bigint PRIMARY KEY DEFAULT nextval('s'));
CREATE TABLE b (id bigint PRIMARY KEY DEFAULT nextval('s'));
INSERT INTO a VALUES (3);
INSERT INTO b VALUES (40);
