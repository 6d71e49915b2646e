-- Text defaults that name the schema; the same sequence name exists in public, where it feeds nothing.
CREATE SCHEMA shop;
CREATE SEQUENCE shop.s;
CREATE SEQUENCE public.s;
CREATE TABLE shop.t (id bigint PRIMARY KEY DEFAULT nextval('shop.s'::text));
INSERT INTO shop.t VALUES (1), (2);
