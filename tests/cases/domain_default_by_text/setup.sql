-- The default comes with the column's domain, or with a domain made of it, and names the sequence as text.
CREATE SEQUENCE s;
CREATE DOMAIN ticket AS bigint DEFAULT nextval('s'::text);
CREATE DOMAIN small_ticket AS ticket CHECK (VALUE < 100);
CREATE TABLE t (id ticket PRIMARY KEY);
CREATE TABLE u (id small_ticket PRIMARY KEY);
CREATE TABLE w (id ticket DEFAULT NULL);
INSERT INTO t SELECT generate_series(1, 5);
INSERT INTO u VALUES (7);
INSERT INTO w VALUES (50);
