-- A descending sequence that has not been called yet and starts at a stored value.
CREATE SEQUENCE s INCREMENT BY -1 MAXVALUE 0 START 0;
CREATE TABLE t (id bigint PRIMARY KEY DEFAULT nextval('s'));
ALTER SEQUENCE s OWNED BY t.id;
INSERT INTO t VALUES (0), (-1), (1);
