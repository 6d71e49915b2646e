"""Looking at the database that is left: its sequences, and where they stand. Reads no table of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace

from pgseq.catalog import read_sequences, read_server
from pgseq.config import Config
from pgseq.crew import Crew
from pgseq.cutover.ddl import Identities
from pgseq.cutover.values import Instance, Source
from pgseq.errors import ConnectionFailed, QueryFailed, UsageError
from pgseq.model import Position, Sequence, Unseen
from pgseq.reading import read
from pgseq.session import Limits, Session, transaction
from pgseq.sql import load


def read_source(crew: Crew, config: Config, limits: Limits) -> Source:
    """What the source has, without positions. Raises ConnectionFailed, QueryFailed."""
    with told_of("source"):
        server = read_server(crew.lead)
        return Source(
            server=server,
            instance=read_instance(crew.lead, limits),
            sequences=read_sequences(crew, server, limits, config.feeds),
        )


def read_instance(session: Session, limits: Limits) -> Instance:
    """Which database of which running server this is. Raises ConnectionFailed, QueryFailed."""
    (answer,) = transaction(session, [load("instance", 0)], settings=limits.settings)
    return answer.into(Instance)[0]


def read_identities(session: Session, sequences: Iterable[Sequence], limits: Limits) -> Identities:
    """Of which kind the identity columns are that sequences feed. Raises ConnectionFailed, QueryFailed."""
    relids = {feed.relid for sequence in sequences for feed in sequence.feeds if feed.via == "identity"}
    question = load("identity_kinds", 0).replace("{:relids}", f"{{{','.join(map(str, relids))}}}")
    with told_of("source"):
        (answer,) = transaction(session, [question], settings=limits.settings)
    return {(relid, column): kind for relid, column, kind in answer.rows}


def read_schemas(session: Session, limits: Limits) -> frozenset[str]:
    """The schemas of the database that takes over. Raises ConnectionFailed, QueryFailed."""
    with told_of("target"):
        (answer,) = transaction(session, [load("schemas", 0)], settings=limits.settings)
    return frozenset(name for (name,) in answer.rows)


def refuse_the_same(source: Instance, target: Instance) -> None:
    """Raises UsageError where both are one database. A clone of a server has the system identifier in common with it,
    but not the time of its start."""
    if (source.started, source.database) == (target.started, target.database):
        raise UsageError("source and target are the same database", "pgseq fix moves what is behind its own rows")


def read_positions(
    crew: Crew, source: Source, wanted: Iterable[Sequence], limits: Limits, time_limit: float | None = None
) -> dict[int, Position | Unseen]:
    """Where sequences of the source stand, by oid; what cannot be read is `Unseen`. Raises ConnectionFailed."""
    alone = (replace(sequence, feeds=()) for sequence in wanted)
    with told_of("source"):
        return {one.sequence.oid: one.position for one in read(crew, source.server, alone, limits, time_limit)}


@contextmanager
def told_of(which: str) -> Iterator[None]:
    """Whatever fails is told as that end's."""
    try:
        yield
    except ConnectionFailed as error:
        raise ConnectionFailed(f"{which}: {error.message}", error.hint, needs_password=error.needs_password) from error
    except QueryFailed as error:
        raise QueryFailed(f"{which}: {error.message}", sqlstate=error.sqlstate, hint=error.hint) from error
