CREATE TABLE ${app}.users (id serial PRIMARY KEY, name text);
CREATE TABLE {{ index .Options "Namespace" }}.roles (id serial PRIMARY KEY);
CREATE TABLE ${prefix}_t (id serial PRIMARY KEY);
INSERT INTO ${app}.users (name) VALUES ('a');
INSERT INTO {{ index .Options "Namespace" }}.roles VALUES (1);
INSERT INTO ${prefix}_t VALUES (2);
