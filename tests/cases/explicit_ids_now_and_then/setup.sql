-- Defaults and explicit ids mixed: a row with id 7 waits four inserts ahead, no unique index guards it.
CREATE TABLE t (id serial, note text);
INSERT INTO t (note) VALUES ('a'), ('b');
INSERT INTO t VALUES (7, 'by hand'), (7, 'again');
