-- The column a sequence fed is gone; another column stands behind a dropped one.
CREATE SEQUENCE widow;
CREATE TABLE t (old_id bigint DEFAULT nextval('widow'), note text, id bigserial PRIMARY KEY);
INSERT INTO t (note, id) VALUES ('x', 1), ('y', 2);
ALTER TABLE t DROP COLUMN old_id;
ALTER TABLE t DROP COLUMN note;
