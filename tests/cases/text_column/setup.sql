-- A text column with a plain default: '1' and '2' are behind, 'abc' and '010' can never be handed out.
CREATE SEQUENCE s;
CREATE TABLE t (id text PRIMARY KEY DEFAULT nextval('s'));
ALTER SEQUENCE s OWNED BY t.id;
INSERT INTO t SELECT FROM generate_series(1, 2);
INSERT INTO t VALUES ('abc'), ('010'), (' 7'), ('+8'), ('9.0'), (''), ('99999999999999999999');
