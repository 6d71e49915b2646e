-- Inheritance: the parent is empty, the rows ahead are all in a child that inherits the default.
CREATE TABLE base (id serial);
CREATE TABLE child_a (a text) INHERITS (base);
CREATE TABLE child_b (b text) INHERITS (base);
CREATE TABLE grandchild (c text) INHERITS (child_b);
INSERT INTO child_a (a) VALUES ('one'), ('two');
INSERT INTO grandchild (id) VALUES (3), (8);
