"""From where to where the keys of a live database are filled that no sequence feeds. Reads only.

A file may make a sequence feed one. Only columns whose ends an index gives at once are read: nobody asked for a scan.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from pgseq.crew import Crew
from pgseq.errors import QueryFailed
from pgseq.model import Server
from pgseq.reading import budget, packed
from pgseq.session import Limits, Session, transaction
from pgseq.sql import load


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A row of lint_keys.sql."""

    relid: int
    column: str
    table_sql: str
    column_sql: str
    locks: int


#: A key with the least and the greatest of its ids, none of them where there are no rows.
Ends = tuple[Key, list[int]]


def ends(crew: Crew, server: Server, fed: Collection[tuple[int, str]], limits: Limits) -> Iterator[Ends]:
    """The keys that are not among the `fed` columns (oid of the table, name) with what they hold, in no order; those
    that cannot be read are left out. Raises ConnectionFailed, QueryFailed."""

    def work(session: Session, batch: list[Key]) -> list[Ends]:
        return _read(session, batch, limits)

    listed = transaction(crew.lead, [load("lint_keys", server.major)], settings=limits.settings)[0].into(Key)
    keys = (one for one in listed if (one.relid, one.column) not in fed)
    for found in crew.map(work, packed(keys, lambda key: key.locks, budget(server, crew.jobs))):
        yield from found


def _read(session: Session, batch: list[Key], limits: Limits) -> list[Ends]:
    questions = [load("lint_ends", column=one.column_sql, table=one.table_sql) for one in batch]
    try:
        answers = transaction(session, questions, settings=limits.settings)
    except QueryFailed:
        return [found for one in batch for found in _read(session, [one], limits)] if len(batch) > 1 else []
    rows = (answer.rows[0] for answer in answers)
    return [(key, [end for end in row if end is not None]) for key, row in zip(batch, rows, strict=True)]
