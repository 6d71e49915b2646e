-- The application's int32 is declared; the server knows no such end.
CREATE TABLE t (id bigserial PRIMARY KEY);
SELECT setval('t_id_seq', 2147483600);
