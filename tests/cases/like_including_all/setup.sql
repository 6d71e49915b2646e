-- LIKE ... INCLUDING ALL copies a serial's default, so the copy draws from the same sequence.
CREATE TABLE original (id serial PRIMARY KEY);
INSERT INTO original SELECT FROM generate_series(1, 5);
CREATE TABLE copy (LIKE original INCLUDING ALL);
INSERT INTO copy SELECT generate_series(1, 12);
