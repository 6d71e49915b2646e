-- SQLite: the tables of a history. `moments`: when the sequences of a database were looked at, `sequences`: each under every
-- name and increment that it has had, `samples`: where it stood.
CREATE TABLE IF NOT EXISTS databases (
    id INTEGER PRIMARY KEY, identifier TEXT NOT NULL, host TEXT NOT NULL, port INTEGER NOT NULL, name TEXT NOT NULL,
    UNIQUE (identifier, host, port, name)
);
CREATE TABLE IF NOT EXISTS moments (
    id INTEGER PRIMARY KEY, database INTEGER NOT NULL REFERENCES databases, time REAL NOT NULL, stats_reset TEXT
);
CREATE INDEX IF NOT EXISTS moments_time ON moments (database, time);
CREATE TABLE IF NOT EXISTS sequences (
    id INTEGER PRIMARY KEY, database INTEGER NOT NULL REFERENCES databases, oid INTEGER NOT NULL, name TEXT NOT NULL,
    increment INTEGER NOT NULL, UNIQUE (database, oid, name, increment)
);
CREATE TABLE IF NOT EXISTS samples (
    moment INTEGER NOT NULL REFERENCES moments, sequence INTEGER NOT NULL REFERENCES sequences, last INTEGER NOT NULL,
    calls INTEGER, PRIMARY KEY (moment, sequence)
) WITHOUT ROWID
