CREATE TABLE users (id serial PRIMARY KEY, name text);
ALTER SEQUENCE users_id_seq MAXVALUE 5;
INSERT INTO users VALUES (7, 'Ada');
ALTER SEQUENCE users_id_seq NO MAXVALUE;
