-- Hibernate's pooled optimizer after its first values: 1 stands for itself, 51 for 2 to 51, and 0 is nobody's.
CREATE SEQUENCE order_seq INCREMENT 50;
CREATE TABLE orders (id bigint PRIMARY KEY);
SELECT nextval('order_seq'), nextval('order_seq');
INSERT INTO orders SELECT generate_series(-1, 20);
