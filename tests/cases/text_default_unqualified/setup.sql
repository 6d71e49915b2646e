-- nextval('s'::text) leaves no dependency in the catalog and still draws from the sequence.
CREATE SEQUENCE old_style;
CREATE TABLE t (id bigint PRIMARY KEY DEFAULT nextval('old_style'::text));
INSERT INTO t SELECT FROM generate_series(1, 3);
INSERT INTO t VALUES (4), (5);
