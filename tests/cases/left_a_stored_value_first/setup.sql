-- A stored value comes before the end of the column that refers to it.
CREATE TABLE t (id bigserial PRIMARY KEY);
CREATE TABLE r (t_id smallint REFERENCES t);
INSERT INTO t VALUES (4);
