"""Keys that no default fills. Reads the catalog only."""

from __future__ import annotations

from pgseq.errors import QueryFailed
from pgseq.model.keys import Key
from pgseq.model.limits import JOINS_AS_WRITTEN, Limits
from pgseq.model.sequences import Sequence
from pgseq.pg.session import Session, transaction
from pgseq.sql import load


def read_missing_defaults(session: Session, sequences: tuple[Sequence, ...], limits: Limits) -> tuple[Key, ...]:
    """The keys that nothing is known to fill, where that is worth a word; `sequences`: all of the database. None where
    the catalog cannot be read in time: they are for information. Raises ConnectionFailed."""
    try:
        (answer,) = transaction(session, [load("pg.keys")], settings=(*limits.settings, JOINS_AS_WRITTEN))
        keys = answer.into(Key)
        if not keys:
            return ()
        from pgseq.core.keys import missing_defaults

        (names,) = transaction(session, [load("pg.tables")], settings=limits.settings)
    except QueryFailed:
        return ()
    return missing_defaults(keys, sequences, ((schema, name) for schema, name in names.rows))
