-- A block that begins with the next value would end beyond what the column can hold.
CREATE SEQUENCE s INCREMENT 10 START 32761;
CREATE TABLE t (id smallint PRIMARY KEY);
