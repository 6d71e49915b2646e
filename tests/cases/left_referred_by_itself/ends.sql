INSERT INTO nodes DEFAULT VALUES;
UPDATE nodes SET parent = id WHERE id = (SELECT max(id) FROM nodes);
