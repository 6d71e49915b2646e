-- A full smallserial does not stop the others from being judged and moved.
CREATE TABLE full_up (id smallserial PRIMARY KEY);
SELECT setval('full_up_id_seq', 32767);
INSERT INTO full_up VALUES (32767);
CREATE TABLE t (id serial PRIMARY KEY);
INSERT INTO t VALUES (1), (2);
