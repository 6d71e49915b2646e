-- A smallint refers to an integer, that to a bigint, and that to the fed bigint: the farthest ends first.
CREATE TABLE a (id bigserial PRIMARY KEY);
CREATE TABLE b (a_id bigint PRIMARY KEY REFERENCES a);
CREATE TABLE c (b_id integer PRIMARY KEY REFERENCES b);
CREATE TABLE d (c_id smallint REFERENCES c);
