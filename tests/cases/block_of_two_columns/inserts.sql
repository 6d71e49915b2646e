INSERT INTO a SELECT hi - 9 + n FROM (SELECT nextval('hibernate_sequence') AS hi) s, generate_series(0, 9) n;
INSERT INTO b SELECT hi - 9 + n FROM (SELECT nextval('hibernate_sequence') AS hi) s, generate_series(0, 9) n;
