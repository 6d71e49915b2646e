-- The child's own sequence is behind the child's rows; the parent's is ahead of everything.
CREATE TABLE base (id bigserial);
CREATE TABLE child (id bigserial) INHERITS (base);
INSERT INTO base SELECT FROM generate_series(1, 50);
INSERT INTO child SELECT generate_series(1, 5);
