-- Single and double quotes, spaces and mixed case in the names of schema, table, column and sequence.
CREATE SCHEMA "it's ""here""";
CREATE TABLE "it's ""here"""."O'Brien ""Bob""" ("The ID's" serial PRIMARY KEY);
ALTER SEQUENCE "it's ""here"""."O'Brien ""Bob""_The ID's_seq" RENAME TO "s'""'";
INSERT INTO "it's ""here"""."O'Brien ""Bob""" VALUES (1), (2), (3);
