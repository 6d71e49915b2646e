-- Three users were inserted through the default, seven more were imported with their ids: the next insert fails.
CREATE TABLE "Users" (id serial PRIMARY KEY, name text);
INSERT INTO "Users" (name) SELECT 'own ' || n FROM generate_series(1, 3) n;
INSERT INTO "Users" (id, name) SELECT n, 'imported ' || n FROM generate_series(4, 10) n;
