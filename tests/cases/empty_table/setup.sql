-- An empty table whose sequence was never called: 1 is the next id and stays it.
CREATE TABLE t (id serial PRIMARY KEY);
