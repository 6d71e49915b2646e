-- One sequence feeds two tables; it is behind one of them only, and judged once.
CREATE SEQUENCE global_ids;
CREATE TABLE a (id bigint PRIMARY KEY DEFAULT nextval('global_ids'));
CREATE TABLE b (id bigint PRIMARY KEY DEFAULT nextval('global_ids'));
INSERT INTO a SELECT FROM generate_series(1, 5);
INSERT INTO b SELECT FROM generate_series(1, 5);
INSERT INTO b VALUES (15);
