-- The sequence lives in another schema than its table.
CREATE SCHEMA counters;
CREATE SCHEMA app;
CREATE SEQUENCE counters.invoice;
CREATE TABLE app.invoices (id bigint PRIMARY KEY DEFAULT nextval('counters.invoice'));
INSERT INTO app.invoices VALUES (1), (2), (3);
