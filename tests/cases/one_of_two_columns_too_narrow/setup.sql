-- A shared sequence has outgrown one of its columns; the wide one is in order.
CREATE SEQUENCE s;
CREATE TABLE narrow (id int PRIMARY KEY DEFAULT nextval('s'));
CREATE TABLE wide (id bigint PRIMARY KEY DEFAULT nextval('s'));
SELECT setval('s', 3000000000);
INSERT INTO wide VALUES (3000000000);
