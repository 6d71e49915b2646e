-- An integer sequence under a numeric column: no wider integer type, nothing to warn of.
CREATE TABLE t (id numeric PRIMARY KEY);
CREATE SEQUENCE s AS integer OWNED BY t.id;
ALTER TABLE t ALTER COLUMN id SET DEFAULT nextval('s');
INSERT INTO t VALUES (1), (2), (3000000000);
