-- Statements that are texts themselves, several names, a schema: what the function draws from is found in its text.
CREATE SCHEMA app;
CREATE SEQUENCE app."Ids";
CREATE SEQUENCE other;
CREATE FUNCTION app.next_id(prefix text) RETURNS bigint LANGUAGE plpgsql AS $f$
DECLARE found bigint;
BEGIN
  EXECUTE 'SELECT nextval(''app."Ids"'')' INTO found;
  RETURN found;
END $f$;
CREATE TABLE t (id bigint PRIMARY KEY DEFAULT app.next_id('other'));
INSERT INTO t VALUES (1);
