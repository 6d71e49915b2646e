-- Hibernate 6 draws from "Order_SEQ" for table orders, and the catalog does not say so: nothing is compared, but a guess is.
CREATE SEQUENCE "Order_SEQ" INCREMENT 50;
CREATE TABLE orders (id bigint PRIMARY KEY);
INSERT INTO orders SELECT generate_series(1, 60);
