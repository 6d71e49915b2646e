-- Two columns own each other's sequence: a draws from b's and b from a's.
CREATE TABLE a (id bigserial PRIMARY KEY);
CREATE TABLE b (id bigserial PRIMARY KEY);
ALTER TABLE a ALTER COLUMN id SET DEFAULT nextval('b_id_seq');
ALTER TABLE b ALTER COLUMN id SET DEFAULT nextval('a_id_seq');
INSERT INTO a SELECT FROM generate_series(1, 10);
INSERT INTO b SELECT FROM generate_series(1, 2);
