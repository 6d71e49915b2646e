CREATE TEMP TABLE tmp (n text);
INSERT INTO users (id, name) VALUES (2, 'b');
