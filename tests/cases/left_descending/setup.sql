-- Downwards by ten, the column that refers to it ends first: at its least value.
CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY (INCREMENT -10 MINVALUE -1000000 MAXVALUE -1 START -1) PRIMARY KEY);
CREATE TABLE r (t_id smallint REFERENCES t);
SELECT setval('t_id_seq', -32731);
