CREATE TABLE users (id serial PRIMARY KEY, name text);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.id := nextval('users_id_seq'); RETURN NEW; END $$;
CREATE TRIGGER x BEFORE INSERT ON users FOR EACH ROW EXECUTE PROCEDURE f();
INSERT INTO users (name) VALUES ('a');
