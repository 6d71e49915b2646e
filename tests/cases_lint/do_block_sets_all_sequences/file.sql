CREATE TABLE users (id serial PRIMARY KEY, name text);
INSERT INTO users VALUES (3, 'a');
DO $$ DECLARE r record; BEGIN
  FOR r IN SELECT 'users' AS t LOOP
    EXECUTE format('SELECT setval(%L, (SELECT max(id) FROM %I))', r.t || '_id_seq', r.t);
  END LOOP;
END $$;
