-- NULLs beside stored values are passed over.
CREATE TABLE t (id serial);
ALTER TABLE t ALTER COLUMN id DROP NOT NULL;
INSERT INTO t VALUES (NULL), (2), (NULL), (NULL);
