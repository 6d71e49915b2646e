-- Emoji, combining marks, right-to-left script, and names of the full 63 bytes.
CREATE TABLE "🐘 слон" ("№" serial PRIMARY KEY);
INSERT INTO "🐘 слон" VALUES (1), (2);
CREATE TABLE "טבלה" (id serial PRIMARY KEY);
INSERT INTO "טבלה" SELECT FROM generate_series(1, 3);
CREATE TABLE xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx (yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy bigint PRIMARY KEY);
CREATE SEQUENCE "üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüz" OWNED BY xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx.yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy;
ALTER TABLE xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx ALTER COLUMN yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy SET DEFAULT nextval('üüüüüüüüüüüüüüüüüüüüüüüüüüüüüüüz');
INSERT INTO xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx VALUES (1), (2), (3);
