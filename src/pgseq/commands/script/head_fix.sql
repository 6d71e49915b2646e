-- pgseq: moves the sequences of this database that are out of sync beyond what is stored. PostgreSQL 12 to 18.
-- Each that is out of sync is looked at again under a short lock on its tables, and only moved forward. Its last result
-- has a row a sequence, what could not be moved first. A ROLLBACK does not take moves back: `undo` does.
{:definition}
