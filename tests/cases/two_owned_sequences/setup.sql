-- A column owns two sequences; its default draws from one, so the other feeds nothing.
CREATE TABLE t (id bigserial PRIMARY KEY);
CREATE SEQUENCE spare OWNED BY t.id;
INSERT INTO t VALUES (1), (2);
