CREATE TABLE users (id serial PRIMARY KEY, name text);
DO $$ BEGIN
  INSERT INTO users VALUES (1, 'a');
EXCEPTION WHEN unique_violation THEN NULL;
END $$;
