-- pgseq: which sequences of this database are out of sync with the columns that they feed. PostgreSQL 12 to 18.
-- It only looks. It needs no privileges but those to read, no extension, and leaves nothing behind. Its last result has
-- a row a sequence, the worst first; `fix` is a statement that moves that sequence, and can be run by itself.
{:definition}
