-- A view has the default, and does not show all rows of its table: what it shows proves nothing, and reading it runs its owner's code.
CREATE TABLE t (id bigint PRIMARY KEY, deleted bool NOT NULL DEFAULT false);
CREATE SEQUENCE s;
CREATE VIEW v AS SELECT * FROM t WHERE NOT deleted;
ALTER VIEW v ALTER id SET DEFAULT nextval('s');
INSERT INTO t SELECT g, true FROM generate_series(1, 5) g;
