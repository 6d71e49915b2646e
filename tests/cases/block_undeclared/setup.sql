-- INCREMENT 50, and ids that are no values of it beyond the position: somebody may draw blocks, and nobody says so.
CREATE TABLE t (id bigserial PRIMARY KEY, v text);
ALTER SEQUENCE t_id_seq INCREMENT BY 50;
SELECT setval('t_id_seq', 1001);
INSERT INTO t SELECT g, 'x' FROM generate_series(900, 1030) g;
