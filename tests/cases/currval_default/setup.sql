-- DEFAULT currval(...) repeats the value another table drew; it draws nothing and is no feed.
CREATE TABLE orders (id bigserial PRIMARY KEY);
CREATE TABLE lines (order_id bigint DEFAULT currval('orders_id_seq'), product text);
INSERT INTO orders SELECT FROM generate_series(1, 2);
INSERT INTO lines (product) VALUES ('tea'), ('cake');
INSERT INTO lines (order_id, product) VALUES (40, 'not yet ordered');
