-- nextval('s')::smallint fails beyond 32767, however wide the column is.
CREATE SEQUENCE s START 32767;
CREATE TABLE t (id bigint PRIMARY KEY DEFAULT nextval('s')::smallint);
INSERT INTO t DEFAULT VALUES;
