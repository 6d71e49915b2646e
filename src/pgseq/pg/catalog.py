"""What the catalog says: the server, its sequences, and the columns that they feed. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pgseq.config import Declared
from pgseq.core.catalog_rows import Column, Draw, Surroundings
from pgseq.core.feeds import assemble, draws
from pgseq.core.inheritance import Child
from pgseq.errors import QueryFailed
from pgseq.model.limits import Limits, restricts
from pgseq.model.sequences import Problem, Sequence, Server
from pgseq.pg.owners import read_code
from pgseq.pg.pool import SessionPool
from pgseq.pg.session import Session, transaction
from pgseq.sql import load

Part = tuple[list[Sequence], list[Column], list[Child]]

#: Sequences of a part of the catalog that is read at a time.
SLICE = 5000
#: The last oid.
LAST = 2**32 - 1
#: Texts are cut there, in characters: a longer default is not plainly a sequence's value. A default whose tree has more
#: bytes is not deparsed, which would take the server seconds.
_LONGEST = {"longest": "2000", "longest_body": "100000", "deparsed": "1000000"}
#: Parts that a session reads before it is renewed: a backend keeps what it has looked up of every relation.
RENEWAL = 2


def read_server(session: Session) -> Server:
    """Facts about the database at the other end. Raises QueryFailed, ConnectionFailed."""
    (found,) = transaction(session, [load("pg.server")])
    (server,) = found.into(Server)
    return replace(server, search_path=tuple(server.search_path))


def read_identifier(session: Session, limits: Limits) -> str | None:
    """What tells this server from others; None where the role may not know. Raises ConnectionFailed."""
    try:
        (answer,) = transaction(session, [load("pg.system_identifier")], settings=limits.settings)
    except QueryFailed:
        return None
    identifier: str = answer.rows[0][0]
    return identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What the catalog says as long as it does not change."""

    since: int
    rows: tuple[int, ...]
    recent: tuple[int | None, ...]


def read_mark(session: Session, limits: Limits, first: Mark | None = None) -> Mark:
    """The catalog's mark now: equal to the `first` one, unless the catalog has changed since that was read. Raises
    QueryFailed, ConnectionFailed."""
    question = load("pg.catalog_mark", since="NULL" if first is None else str(first.since))
    ((row,),) = (found.rows for found in transaction(session, [question], settings=limits.settings))
    return Mark(since=row[0], rows=tuple(row[1]), recent=tuple(row[2]))


def read_sequences(
    crew: SessionPool, server: Server, limits: Limits, declared: Iterable[Declared] = ()
) -> tuple[Sequence, ...]:
    """Every sequence of the database with the columns that it feeds. Raises QueryFailed, ConnectionFailed."""
    sequences: list[Sequence] = []
    columns: list[Column] = []
    children: list[Child] = []
    for found, drawing, below in _parts(crew, server, limits, declared):
        sequences += found
        columns += drawing
        children += below
    around = Surroundings(
        search_path=server.search_path,
        role=server.role,
        scan_limit=limits.scan_bytes,
        lock_limit=server.lock_share,
        restricts=restricts(server.version_num),
        cannot_draw=_cannot_draw(crew.primary, draws(sequences, columns, server.search_path), limits),
        code=_code(crew.primary, server, columns, limits),
        trust_owners=limits.trust_owners,
    )
    return assemble(sequences, columns, children, around)


def _cannot_draw(session: Session, pairs: set[Draw], limits: Limits) -> frozenset[Draw]:
    """Those of the pairs whose role cannot draw from the sequence, and cannot allow it to itself."""
    if not pairs:
        return frozenset()
    rows = ", ".join(f"({role}::oid, {sequence}::oid, {by_name})" for role, sequence, by_name in sorted(pairs))
    (answer,) = transaction(session, [load("pg.may_draw", pairs=rows)], settings=limits.settings)
    return frozenset((role, sequence, by_name) for role, sequence, by_name in answer.rows)


def _code(session: Session, server: Server, columns: Iterable[Column], limits: Limits) -> dict[int, str | Problem]:
    """What the planner evaluates when tables of others are read."""
    asked = not restricts(server.version_num)
    tables = {column.relid: column.table_sql for column in columns if asked or not column.trusted}
    return {} if limits.trust_owners else read_code(session, server, tables, limits)


def within(name: str, server: Server, low: int = 0, high: int = LAST, /, **words: str) -> str:
    """The question `name`.sql about the relations of the oids after `low` up to `high`."""
    return load(name, server.major, low=str(low), high=str(high), **words)


def _parts(crew: SessionPool, server: Server, limits: Limits, declared: Iterable[Declared]) -> list[Part]:
    """Sequences, columns and children, part by part in the order of the oids, read side by side."""
    lines = "".join(f", ({', '.join(map(crew.primary.quote, one.sequence + one.column))})" for one in declared)
    (cuts,) = transaction(crew.primary, [load("pg.slices", size=str(SLICE))], settings=limits.settings)
    ends = [*(oid for (oid,) in cuts.rows), LAST]
    # With quote_all_identifiers, defaults would read "nextval"('"s"'::"regclass").
    settings = (*limits.settings, "SET LOCAL quote_all_identifiers = off")

    def work(session: Session, bounds: tuple[int, int]) -> tuple[int, Part]:
        questions = [
            within("pg.sequences", server, *bounds, trusted=load("trusted")),
            within("pg.columns", server, *bounds, trusted=load("trusted"), declared=lines, **_LONGEST),
            within("parents", server, *bounds),
        ]
        sequences, columns, children = transaction(session, questions, settings=settings)
        return bounds[1], (sequences.into(Sequence), columns.into(Column), children.into(Child))

    made = dict(crew.map(work, zip([0, *ends], ends, strict=False), renewal=RENEWAL))
    return [made[end] for end in ends]
