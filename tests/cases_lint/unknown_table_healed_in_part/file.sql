INSERT INTO users (id) VALUES (1);
SELECT setval('users_id_seq', (SELECT max(id) FROM users WHERE id < 100));
