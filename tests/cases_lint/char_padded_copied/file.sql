CREATE SEQUENCE cs;
CREATE TABLE ch (id character(8) PRIMARY KEY DEFAULT nextval('cs'), v text);
COPY ch FROM stdin;
1       	a
2       	b
\.
