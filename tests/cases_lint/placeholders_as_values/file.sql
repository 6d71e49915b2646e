CREATE TABLE users (id serial PRIMARY KEY, name text);
CREATE TABLE a (id serial PRIMARY KEY);
CREATE TABLE b (id serial PRIMARY KEY);
INSERT INTO users VALUES (%(id)s, %s);
INSERT INTO a VALUES ('${id}');
INSERT INTO b VALUES (?);
