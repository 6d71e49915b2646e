-- One hibernate_sequence numbers two tables by blocks of 10; the second one has an imported id in the block of 31.
CREATE SEQUENCE hibernate_sequence INCREMENT 10;
CREATE TABLE a (id bigint PRIMARY KEY);
CREATE TABLE b (id bigint PRIMARY KEY);
SELECT nextval('hibernate_sequence'), nextval('hibernate_sequence');
INSERT INTO a SELECT generate_series(1, 6);
INSERT INTO b SELECT generate_series(7, 11);
INSERT INTO b VALUES (25);
