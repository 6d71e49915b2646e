-- A tree: the parent's number is a smallint, the key is not.
CREATE TABLE nodes (id serial PRIMARY KEY, parent smallint REFERENCES nodes);
SELECT setval('nodes_id_seq', 30000);
