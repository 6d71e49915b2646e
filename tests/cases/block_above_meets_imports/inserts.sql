INSERT INTO "Blogs" SELECT lo + n FROM (SELECT nextval('"EntityFrameworkHiLoSequence"') AS lo) s, generate_series(0, 9) n;
INSERT INTO "Blogs" SELECT lo + n FROM (SELECT nextval('"EntityFrameworkHiLoSequence"') AS lo) s, generate_series(0, 9) n;
