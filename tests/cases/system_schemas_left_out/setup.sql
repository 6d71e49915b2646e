-- Sequences inside information_schema are left out, even one that is behind its column.
CREATE SEQUENCE information_schema.hidden_seq;
CREATE TABLE information_schema.hidden (id bigint PRIMARY KEY DEFAULT nextval('information_schema.hidden_seq'));
INSERT INTO information_schema.hidden VALUES (1), (2);
CREATE TABLE t (id serial PRIMARY KEY);
