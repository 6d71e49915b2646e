-- Of two feeds one cannot be judged and the other collides: out of sync, and still unknown after the move.
CREATE TABLE t (id bigserial PRIMARY KEY);
CREATE TABLE labels (code text PRIMARY KEY DEFAULT 'L-' || nextval('t_id_seq'));
INSERT INTO t VALUES (1), (2);
INSERT INTO labels VALUES ('L-0');
