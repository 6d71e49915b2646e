-- Both tables draw from a's serial; b's own sequence is left over.
CREATE TABLE a (id bigserial PRIMARY KEY);
CREATE TABLE b (id bigserial PRIMARY KEY);
ALTER TABLE b ALTER COLUMN id SET DEFAULT nextval('a_id_seq');
INSERT INTO a SELECT FROM generate_series(1, 4);
INSERT INTO b VALUES (5), (6);
