CREATE TABLE acct (id serial PRIMARY KEY, name text);
INSERT INTO acct (name) VALUES ('a'), ('b');
INSERT INTO acct (id, name) VALUES (2147483647, 'system');
