CREATE TABLE projects (id serial PRIMARY KEY, name text);
CREATE TABLE sites (id serial PRIMARY KEY, project_id int REFERENCES projects (id));
TRUNCATE projects, sites;
INSERT INTO projects (name) VALUES ('a');
INSERT INTO sites (project_id) VALUES (1);
