INSERT INTO email_aggregation SELECT hi - 49 + n FROM (SELECT nextval('email_aggregation_id_seq') AS hi) s, generate_series(0, 49) n;
INSERT INTO email_aggregation SELECT hi - 49 + n FROM (SELECT nextval('email_aggregation_id_seq') AS hi) s, generate_series(0, 49) n;
