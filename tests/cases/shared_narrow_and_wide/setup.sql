-- A shared sequence cannot be moved past the wide column's row without leaving the narrow column's type.
CREATE SEQUENCE s;
CREATE TABLE narrow (id int PRIMARY KEY DEFAULT nextval('s'));
CREATE TABLE wide (id bigint PRIMARY KEY DEFAULT nextval('s'));
INSERT INTO narrow SELECT FROM generate_series(1, 4);
INSERT INTO wide VALUES (2147483647);
