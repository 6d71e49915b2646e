-- The column's type is a domain over a domain over integer.
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE DOMAIN user_id AS positive;
CREATE SEQUENCE s;
CREATE TABLE t (id user_id PRIMARY KEY DEFAULT nextval('s'));
ALTER SEQUENCE s OWNED BY t.id;
INSERT INTO t VALUES (1), (2), (3);
