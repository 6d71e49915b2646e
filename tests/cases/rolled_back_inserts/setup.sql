-- Ids burnt by failed inserts leave the sequence ahead, which is healthy.
CREATE TABLE t (id serial PRIMARY KEY, email text UNIQUE);
INSERT INTO t (email) VALUES ('a');
INSERT INTO t (email) VALUES ('a') ON CONFLICT DO NOTHING;
INSERT INTO t (email) VALUES ('a') ON CONFLICT DO NOTHING;
