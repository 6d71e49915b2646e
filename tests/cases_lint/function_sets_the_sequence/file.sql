CREATE TABLE users (id serial PRIMARY KEY, name text);
INSERT INTO users VALUES (5, 'a');
CREATE FUNCTION heal() RETURNS void LANGUAGE plpgsql AS $$ BEGIN PERFORM setval('users_id_seq', (SELECT max(id) FROM users)); END $$;
SELECT heal();
