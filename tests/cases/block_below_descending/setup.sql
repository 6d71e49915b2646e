-- Descending, blocks of 10 up to the value: -1 stands for -10 to -1, and so on down; -35 lies in the block of -31.
CREATE SEQUENCE s INCREMENT -10;
CREATE TABLE t (id int PRIMARY KEY);
INSERT INTO t VALUES (0), (-35), (-3000000);
DELETE FROM t WHERE id = -3000000;
