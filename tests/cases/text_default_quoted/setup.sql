-- A text default with quoted mixed-case names, a dot and a quote inside, as old dumps write them.
CREATE SCHEMA "My Shop";
CREATE SEQUENCE "My Shop"."Order.No's";
CREATE TABLE "My Shop".orders (id bigint PRIMARY KEY DEFAULT nextval('"My Shop"."Order.No''s"'::text));
INSERT INTO "My Shop".orders VALUES (1), (2), (7);
