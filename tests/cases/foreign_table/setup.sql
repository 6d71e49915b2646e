-- Foreign tables, which are not read unless they are declared: alone, beside a table, as a child, and as a partition.
CREATE EXTENSION file_fdw;
CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
CREATE FOREIGN TABLE alone (id serial) SERVER files OPTIONS (program 'printf "5000\n7000\n"');
CREATE TABLE beside (id serial PRIMARY KEY);
INSERT INTO beside VALUES (3);
CREATE FOREIGN TABLE shared (id int DEFAULT nextval('beside_id_seq')) SERVER files OPTIONS (program 'printf "0\n"');
CREATE TABLE parent (id serial PRIMARY KEY);
CREATE SEQUENCE own_ids START 1000;
CREATE TABLE own (id int DEFAULT nextval('own_ids')) INHERITS (parent);
CREATE FOREIGN TABLE child () INHERITS (parent) SERVER files OPTIONS (program 'printf "9\n"');
CREATE TABLE split (id serial) PARTITION BY RANGE (id);
CREATE TABLE split_low PARTITION OF split FOR VALUES FROM (0) TO (10);
CREATE FOREIGN TABLE split_far PARTITION OF split FOR VALUES FROM (10) TO (20) SERVER files OPTIONS (program 'printf "12\n"');
CREATE TABLE split_high PARTITION OF split FOR VALUES FROM (20) TO (100);
INSERT INTO split VALUES (4), (25);
