INSERT INTO t SELECT v - n FROM (SELECT nextval('s') AS v) s, generate_series(0, 9) n;
INSERT INTO t SELECT v - n FROM (SELECT nextval('s') AS v) s, generate_series(0, 9) n;
