"""Which server this is, and its databases. Reads only."""

from __future__ import annotations

from collections.abc import Sequence as Items

from msgspec import Struct

from pgseq.core.product import refuse_product
from pgseq.errors import QueryFailed
from pgseq.model.limits import Limits
from pgseq.model.server import OLDEST
from pgseq.pg.session import Rows, Session, transaction
from pgseq.sql import load


class DatabaseName(Struct, frozen=True, kw_only=True):
    """A row of databases.sql; `open`: it can be connected to."""

    name: str
    open: bool


def ask_first(session: Session, question: str, settings: Items[str]) -> Rows:
    """The first question to a server. Raises UsageError for one that is not PostgreSQL or too old, QueryFailed,
    ConnectionFailed."""
    if session.server_version < OLDEST * 10_000:
        refuse_product(_version(session), session.server_version)
    try:
        (answer,) = transaction(session, [question], settings=settings)
    except QueryFailed:
        refuse_product(_version(session), session.server_version)
        raise
    return answer


def _version(session: Session) -> str:
    """version(), asked as any server with PostgreSQL's protocol understands it: outside of a transaction, whose
    settings the server may not know."""
    version: str = session.run("SELECT version()")[0].rows[0][0]
    return version


def read_databases(session: Session) -> list[DatabaseName]:
    """Every database but templates, by name. Raises what `ask_first` raises."""
    return ask_first(session, load("pg.databases"), Limits().settings).into(DatabaseName)
