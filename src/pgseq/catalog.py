"""What the catalog says: the server, its sequences, and the columns that they feed. Reads only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from pgseq.config import Declared
from pgseq.feeds import Column, assemble
from pgseq.model import Sequence, Server
from pgseq.names import Pattern, display
from pgseq.session import Limits, RowMaker, Rows, Session, transaction
from pgseq.sql import load
from pgseq.trees import Child


def read_server(session: Session) -> Server:
    """Facts about the database at the other end. Raises QueryFailed, ConnectionFailed."""
    (found,) = transaction(session, [load("server", 0)])
    (server,) = found.into(Server)
    return replace(server, search_path=tuple(server.search_path))


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalog:
    """What the catalog says of sequences and columns."""

    sequences: Rows
    columns: Rows
    children: Rows

    @property
    def fingerprint(self) -> int:
        """Tells, within this process, whether the catalog still says the same (`read_fingerprint`)."""
        return hash(tuple(tuple(map(hash, part.rows)) for part in (self.sequences, self.columns, self.children)))

    def assembled(self, server: Server, limits: Limits) -> tuple[Sequence, ...]:
        """Every sequence with the columns that it feeds."""
        return assemble(
            self.sequences.into(Sequence),
            self.columns.into(Column),
            self.children.into(Child),
            search_path=server.search_path,
            role=server.role,
            scan_limit=limits.scan_bytes,
            lock_limit=server.lock_share,
        )


def read_catalog(session: Session, server: Server, limits: Limits, declared: Iterable[Declared] = ()) -> Catalog:
    """What the catalog says of every sequence of the database. Raises QueryFailed, ConnectionFailed."""
    sequences, columns, children = _ask(session, server, limits, declared)
    return Catalog(sequences=sequences, columns=columns, children=children)


def read_fingerprint(session: Session, server: Server, limits: Limits, declared: Iterable[Declared] = ()) -> int:
    """The fingerprint of what the catalog says now, of which nothing is kept. Raises QueryFailed, ConnectionFailed."""
    parts = _ask(session, server, limits, declared, lambda values: hash(tuple(values)))
    return hash(tuple(tuple(part.rows) for part in parts))


def _ask(
    session: Session, server: Server, limits: Limits, declared: Iterable[Declared], make: RowMaker | None = None
) -> list[Rows]:
    rows = [f", ({', '.join(map(session.quote, one.sequence + one.column))})" for one in declared]
    questions = [load(name, server.major) for name in ("sequences", "columns", "parents")]
    questions[1] = questions[1].replace("{:declared}", "".join(rows))
    # With quote_all_identifiers, defaults would read "nextval"('"s"'::"regclass").
    settings = (*limits.settings, "SET LOCAL quote_all_identifiers = off")
    return transaction(session, questions, settings=settings, make=make)


def read_sequences(
    session: Session, server: Server, limits: Limits, declared: Iterable[Declared] = ()
) -> tuple[Sequence, ...]:
    """Every sequence of the database with the columns that it feeds. Raises QueryFailed, ConnectionFailed."""
    return read_catalog(session, server, limits, declared).assembled(server, limits)


def nearest_names(session: Session, pattern: Pattern, limits: Limits) -> tuple[str, str]:
    """What to tell somebody whose pattern selects no sequence: the message and the hint."""
    from difflib import get_close_matches

    names: list[tuple[str, str]] = [
        tuple(row) for row in transaction(session, [load("tables", 0)], settings=limits.settings)[0].rows
    ]
    text = display(pattern.text)
    if any(pattern.matches(schema, name) for schema, name in names):
        return (
            f"{text} exists, but no sequence feeds it",
            "pgseq check -v lists every sequence and what it feeds",
        )
    wanted = pattern.text.rpartition(".")[2].strip('"')
    folded = {name.lower(): f'"{name}"' if name != name.lower() else name for _, name in names}
    near = get_close_matches(wanted.lower(), folded, n=1)
    meant = f"did you mean -t '{display(folded[near[0]])}'?" if near else "psql's \\d lists the tables"
    return f"no table, sequence or schema matches {text}", meant
