-- EF Core's hi/lo, blocks of 10 from the value on: the next value 11 is free, and 12 to 18 of its block are not.
CREATE SEQUENCE "EntityFrameworkHiLoSequence" START 1 INCREMENT 10;
CREATE TABLE "Blogs" ("Id" int PRIMARY KEY, "Name" text);
SELECT nextval('"EntityFrameworkHiLoSequence"');
INSERT INTO "Blogs" SELECT g, 'x' FROM generate_series(1, 10) g;
INSERT INTO "Blogs" SELECT g, 'imported' FROM generate_series(12, 18) g;
INSERT INTO "Blogs" SELECT g, 'imported' FROM generate_series(35, 38) g;
