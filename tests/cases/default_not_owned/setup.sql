-- A plain sequence used in a DEFAULT, owned by no column.
CREATE SEQUENCE ticket_numbers;
CREATE TABLE tickets (nr bigint PRIMARY KEY DEFAULT nextval('ticket_numbers'));
INSERT INTO tickets SELECT FROM generate_series(1, 2);
INSERT INTO tickets VALUES (3), (4), (8);
