-- A child draws from a sequence of its own, which is judged on the child alone; the parent's covers the tree.
CREATE TABLE base (id bigserial);
CREATE TABLE child (id bigserial) INHERITS (base);
INSERT INTO base SELECT FROM generate_series(1, 10);
INSERT INTO child SELECT FROM generate_series(1, 5);
