"""Reads the sequences of the source and their positions, and the columns and schemas of the target. Reads no table."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from typing import Final

from msgspec.structs import replace

from pgseq.commands.sync.columns import Column, Columns, column
from pgseq.commands.sync.ddl import DdlContext, Identities
from pgseq.commands.sync.match import refuse_unknown
from pgseq.commands.sync.model import Instance, Source
from pgseq.errors import ConnectionFailed, QueryFailed, UsageError
from pgseq.model.configuration import Config
from pgseq.model.hints import Compose, Hint, command, completed
from pgseq.model.limits import Limits
from pgseq.model.sequences import Feed
from pgseq.pg.catalog import read_sequences, read_server
from pgseq.pg.pool import SessionPool
from pgseq.pg.session import Session, transaction
from pgseq.sql import braced, load


def identify(session: Session, limits: Limits) -> Source:
    """The source without its sequences. Raises ConnectionFailed, QueryFailed, and UsageError for another product."""
    with naming("source"):
        server = read_server(session, limits)
        return Source(server=server, instance=read_instance(session, limits), sequences=())


def read_source(pool: SessionPool, source: Source, config: Config, limits: Limits) -> Source:
    """The source with its sequences, without positions. Raises ConnectionFailed, QueryFailed, and UsageError where a
    map names what is not there."""
    with naming("source"):
        sequences = read_sequences(pool, source.server, limits, config.feeds)
    refuse_unknown(config.map, sequences, on_source=True)
    return replace(source, sequences=sequences)


def read_instance(session: Session, limits: Limits) -> Instance:
    """Which database of which running server this is. Raises ConnectionFailed, QueryFailed."""
    (answer,) = transaction(session, [load("sync.instance")], settings=limits.settings)
    return answer.into(Instance)[0]


def read_ddl_context(
    source: Session, target: Session, major: int, feeds: Collection[Feed], limits: Limits
) -> DdlContext:
    """What the DDL for columns of the source depends on; `major`: the target's version. Raises ConnectionFailed,
    QueryFailed."""
    return DdlContext(
        identities=_read_identities(source, feeds, limits),
        schemas=_read_schemas(target, limits),
        columns=read_columns(target, map(column, feeds), limits),
        major=major,
    )


def _read_identities(session: Session, feeds: Iterable[Feed], limits: Limits) -> Identities:
    """The kind of each identity column."""
    relids = {feed.relid for feed in feeds if feed.via == "identity"}
    question = load("sync.identity_kinds", relids=braced(relids))
    with naming("source"):
        (answer,) = transaction(session, [question], settings=limits.settings)
    return {(relid, column): kind for relid, column, kind in answer.rows}


def _read_schemas(session: Session, limits: Limits) -> frozenset[str]:
    """The schemas of the target."""
    with naming("target"):
        (answer,) = transaction(session, [load("sync.schemas")], settings=limits.settings)
    return frozenset(name for (name,) in answer.rows)


def read_columns(session: Session, columns: Iterable[Column], limits: Limits) -> Columns:
    """Which of those columns the target has, and whether they get a value there. Raises ConnectionFailed,
    QueryFailed."""
    lines = "".join(f", ({', '.join(map(session.quote, one))})" for one in columns)
    if not lines:
        return {}
    with naming("target"):
        (answer,) = transaction(session, [load("sync.default_columns", columns=lines)], settings=limits.settings)
    return {(schema, table, name): filled for schema, table, name, filled in answer.rows}


_FIX: Final = Hint(command("fix"), " moves what is behind its own rows")


def refuse_the_same(source: Instance, target: Instance, compose: Compose) -> None:
    """Raises UsageError where both are one database; `compose` writes the command to run next. A clone of a server has
    the system identifier in common with it, but not the time of its start."""
    if (source.started, source.database) == (target.started, target.database):
        raise UsageError("source and target are the same database", completed(_FIX, compose))


@contextmanager
def naming(which: str) -> Iterator[None]:
    """Name the database, source or target, in errors."""
    try:
        yield
    except ConnectionFailed as error:
        raise ConnectionFailed(f"{which}: {error.message}", error.hint, needs_password=error.needs_password) from error
    except QueryFailed as error:
        raise QueryFailed(f"{which}: {error.message}", sqlstate=error.sqlstate, hint=error.hint) from error
