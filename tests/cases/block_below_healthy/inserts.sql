INSERT INTO orders SELECT generate_series(21, 51);
INSERT INTO orders SELECT hi - 49 + n FROM (SELECT nextval('order_seq') AS hi) s, generate_series(0, 49) n;
