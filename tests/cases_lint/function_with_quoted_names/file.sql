CREATE TABLE "My Users" ("Id" serial PRIMARY KEY);
CREATE FUNCTION "Put It"("N" int) RETURNS void LANGUAGE plpgsql AS $$ BEGIN INSERT INTO "My Users" ("Id") VALUES ("N"); END $$;
SELECT "Put It"(3);
