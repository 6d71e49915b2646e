-- A sequence far ahead of its rows is healthy and is not rewound.
CREATE TABLE t (id serial PRIMARY KEY);
INSERT INTO t SELECT FROM generate_series(1, 3);
SELECT setval('t_id_seq', 100000);
