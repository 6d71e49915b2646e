-- A default that names a sequence and draws nothing from it.
CREATE SEQUENCE s;
CREATE TABLE registered (name text, seq regclass DEFAULT 's'::regclass);
CREATE TABLE measured (position bigint DEFAULT pg_sequence_last_value('s'::regclass));
INSERT INTO registered VALUES ('s');
INSERT INTO measured VALUES (1);
