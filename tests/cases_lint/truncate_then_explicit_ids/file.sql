CREATE TABLE projects (id serial PRIMARY KEY, name text);
CREATE TABLE sites (id serial PRIMARY KEY, project_id int REFERENCES projects (id));
TRUNCATE projects, sites;
INSERT INTO projects (id, name) VALUES (1, 'a');
INSERT INTO sites (project_id) VALUES (1);
SELECT setval('projects_id_seq', 1);
