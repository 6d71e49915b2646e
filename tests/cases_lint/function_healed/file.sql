CREATE TABLE users (id serial PRIMARY KEY, name text);
CREATE FUNCTION put(v text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO users VALUES (1, v);
END $$;
SELECT put('a');
SELECT setval('users_id_seq', max(id)) FROM users;
