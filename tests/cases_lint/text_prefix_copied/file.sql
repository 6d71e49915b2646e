CREATE SEQUENCE invoice_no_seq;
CREATE TABLE invoice (number text PRIMARY KEY DEFAULT ('INV-' || nextval('invoice_no_seq')), v text);
COPY invoice FROM stdin;
INV-1	a
\.
