-- Neither column is dense, both together are: a value is free only if it is stored in none of them.
CREATE SEQUENCE s MAXVALUE 100;
CREATE TABLE a (id int PRIMARY KEY DEFAULT nextval('s'));
CREATE TABLE b (id bigint PRIMARY KEY DEFAULT nextval('s'));
INSERT INTO a SELECT generate_series(1, 49, 2);
INSERT INTO b SELECT generate_series(2, 50, 2);
