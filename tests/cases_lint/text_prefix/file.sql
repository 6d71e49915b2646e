CREATE SEQUENCE invoice_no_seq;
CREATE TABLE invoice (number text PRIMARY KEY DEFAULT ('INV-' || lpad(nextval('invoice_no_seq')::text, 6, '0')));
INSERT INTO invoice VALUES ('INV-000001'), ('INV-000002');
