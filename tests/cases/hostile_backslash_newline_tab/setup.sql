-- A backslash, a tab and a newline in names.
CREATE TABLE "back\slash\n" ("i\d" serial PRIMARY KEY);
INSERT INTO "back\slash\n" VALUES (1), (2);
CREATE TABLE "two
lines" ("tab	bed" serial PRIMARY KEY);
INSERT INTO "two
lines" VALUES (1), (2), (3);
