CREATE TABLE users (id serial PRIMARY KEY, name text);
DO $$ BEGIN INSERT INTO users VALUES (3, 'a'); END $$;
