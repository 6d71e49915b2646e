-- Columns that were serial, and have another default by now: they still own their sequences, and cannot draw from them.
CREATE TABLE t (id serial PRIMARY KEY, n serial, b serial);
ALTER TABLE t ALTER id DROP DEFAULT, ALTER id TYPE uuid USING md5(id::text)::uuid, ALTER id SET DEFAULT md5(random()::text)::uuid;
ALTER TABLE t ALTER n SET DEFAULT 0;
ALTER TABLE t ALTER b SET DEFAULT pg_backend_pid();
INSERT INTO t VALUES (DEFAULT, 1, 1), (DEFAULT, 2, 2);
