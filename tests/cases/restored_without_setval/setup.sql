-- A restore of the data without the closing setval: every filled table is behind, the empty one is in order.
CREATE TABLE users (id serial PRIMARY KEY);
CREATE TABLE posts (id bigserial PRIMARY KEY);
CREATE TABLE tags (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
CREATE TABLE likes (id serial PRIMARY KEY);
INSERT INTO users SELECT generate_series(1, 30);
INSERT INTO posts SELECT generate_series(1, 300);
INSERT INTO tags OVERRIDING SYSTEM VALUE SELECT generate_series(4, 12);
