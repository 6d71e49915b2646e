-- Two children of a parent without default share one sequence: two tops, two feeds.
CREATE SEQUENCE party_ids;
CREATE TABLE party (id bigint);
CREATE TABLE person (id bigint PRIMARY KEY DEFAULT nextval('party_ids')) INHERITS (party);
CREATE TABLE company (id bigint PRIMARY KEY DEFAULT nextval('party_ids')) INHERITS (party);
INSERT INTO person SELECT FROM generate_series(1, 3);
INSERT INTO company VALUES (6);
INSERT INTO party VALUES (700);
