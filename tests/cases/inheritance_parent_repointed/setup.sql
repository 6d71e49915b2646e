-- The parent's default was pointed to another sequence; its child goes on drawing from the one that the parent owns.
CREATE TABLE parent (id serial PRIMARY KEY);
CREATE TABLE child (PRIMARY KEY (id)) INHERITS (parent);
CREATE SEQUENCE other START 1000;
ALTER TABLE ONLY parent ALTER COLUMN id SET DEFAULT nextval('other');
INSERT INTO child SELECT FROM generate_series(1, 2);
INSERT INTO child VALUES (3);
