-- nextval('s')::int and nextval('s')::text hand out the sequence's own value, so they are plain defaults.
CREATE TABLE t (id int PRIMARY KEY);
CREATE SEQUENCE t_seq AS int OWNED BY t.id;
ALTER TABLE t ALTER COLUMN id SET DEFAULT nextval('t_seq')::int;
INSERT INTO t VALUES (1), (2), (3);
CREATE TABLE u (code text PRIMARY KEY);
CREATE SEQUENCE u_seq OWNED BY u.code;
ALTER TABLE u ALTER COLUMN code SET DEFAULT nextval('u_seq')::text;
INSERT INTO u VALUES ('1'), ('2');
