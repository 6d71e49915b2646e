CREATE TABLE users (id serial PRIMARY KEY, name text);
CREATE TABLE moved (seq text);
INSERT INTO users VALUES (7, 'Ada');
SELECT setval(moved.seq, stored.id)
  FROM (SELECT 'users_id_seq' AS seq, max(id) AS id FROM users) AS stored, moved;
