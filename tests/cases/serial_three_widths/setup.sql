-- smallserial, serial and bigserial, each with a hundred rows that came with their ids.
CREATE TABLE small (id smallserial PRIMARY KEY);
CREATE TABLE middle (id serial PRIMARY KEY);
CREATE TABLE big (id bigserial PRIMARY KEY);
INSERT INTO small SELECT generate_series(1, 100);
INSERT INTO middle SELECT generate_series(1, 100);
INSERT INTO big SELECT generate_series(1, 100);
