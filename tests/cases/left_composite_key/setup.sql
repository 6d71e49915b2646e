-- Of the columns of a key, the one at the fed column's place is narrower; the other does not count.
CREATE TABLE a (site smallint DEFAULT 1, id bigserial, PRIMARY KEY (site, id));
CREATE TABLE b (a_id integer, a_site smallint, FOREIGN KEY (a_site, a_id) REFERENCES a (site, id));
SELECT setval('a_id_seq', 2147483600);
