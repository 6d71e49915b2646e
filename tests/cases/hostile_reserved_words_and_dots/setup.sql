-- Reserved words and dots in names; "a.b".c and a."b.c" are different tables.
CREATE TABLE "select" ("order" serial PRIMARY KEY);
ALTER SEQUENCE select_order_seq RENAME TO "table";
INSERT INTO "select" VALUES (1), (2);
CREATE SCHEMA "a.b";
CREATE SCHEMA a;
CREATE TABLE "a.b".c (id serial PRIMARY KEY);
CREATE TABLE a."b.c" (no serial PRIMARY KEY);
INSERT INTO "a.b".c VALUES (1), (2), (3);
INSERT INTO a."b.c" SELECT FROM generate_series(1, 5);
CREATE SCHEMA "user";
CREATE TABLE "user".between1 (id serial PRIMARY KEY);
CREATE TABLE "user"."1st" (id serial PRIMARY KEY);
