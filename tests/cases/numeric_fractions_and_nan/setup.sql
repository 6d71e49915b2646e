-- 7.5 and NaN in a numeric column are never handed out; the values too large for any sequence neither.
CREATE SEQUENCE s;
CREATE TABLE t (id numeric PRIMARY KEY DEFAULT nextval('s'));
INSERT INTO t SELECT FROM generate_series(1, 3);
INSERT INTO t VALUES (7.5), ('NaN'), (1e30), (9223372036854775808), (-1e30);
