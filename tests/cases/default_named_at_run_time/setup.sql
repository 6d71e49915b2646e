-- The sequence's name is put together, or cast, at run time: no dependency, and what it draws from can only be guessed.
CREATE SEQUENCE s;
CREATE TABLE t (id bigint PRIMARY KEY DEFAULT nextval(current_schema() || '.s'));
INSERT INTO t SELECT FROM generate_series(1, 2);
INSERT INTO t VALUES (3);
CREATE SEQUENCE r;
CREATE TABLE u (id bigint PRIMARY KEY DEFAULT nextval('r'::varchar));
INSERT INTO u VALUES (1), (2);
