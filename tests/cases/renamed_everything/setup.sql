-- Table, column and sequence were renamed after the serial was made.
CREATE TABLE users (id serial PRIMARY KEY);
INSERT INTO users SELECT FROM generate_series(1, 2);
INSERT INTO users VALUES (3), (4);
ALTER TABLE users RENAME TO customers;
ALTER TABLE customers RENAME COLUMN id TO customer_no;
ALTER SEQUENCE users_id_seq RENAME TO numbers;
