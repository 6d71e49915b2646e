-- The application calls nextval() itself: the column owns the sequence and has no default.
CREATE TABLE orders (id bigint PRIMARY KEY);
CREATE SEQUENCE hibernate_seq OWNED BY orders.id;
INSERT INTO orders SELECT nextval('hibernate_seq') FROM generate_series(1, 5);
INSERT INTO orders SELECT generate_series(6, 20);
