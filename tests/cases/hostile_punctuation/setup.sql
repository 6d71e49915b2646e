-- Semicolons, percent signs, placeholders, dollars, comment marks, brackets and braces in names.
CREATE TABLE "a;b -- c" ("%s" serial PRIMARY KEY);
INSERT INTO "a;b -- c" VALUES (1), (2);
CREATE TABLE "100% {0} $1 [red]" ("%(id)s" bigserial PRIMARY KEY);
INSERT INTO "100% {0} $1 [red]" VALUES (1), (2), (3);
CREATE TABLE "/* $$ */" (":id" serial PRIMARY KEY);
INSERT INTO "/* $$ */" SELECT FROM generate_series(1, 3);
