CREATE SEQUENCE invoice_no_seq;
CREATE TABLE invoice (number text PRIMARY KEY DEFAULT ('INV-' || nextval('invoice_no_seq')), v text);
INSERT INTO invoice (v) VALUES ('a'), ('b');
INSERT INTO invoice VALUES (DEFAULT, 'c');
