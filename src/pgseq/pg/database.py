"""A database that is asked: a session, the server's facts, and the limits of every question."""

from __future__ import annotations

from collections.abc import Sequence as Items
from typing import TypeVar

from msgspec import Struct

from pgseq.model.limits import Limits
from pgseq.model.sequences import Sequence
from pgseq.model.server import Server
from pgseq.pg.session import Rows, Session, transaction
from pgseq.sql import load
from pgseq.sql.unchanged import Relation, opening, share, unchanged

T = TypeVar("T")


class Database(Struct, frozen=True, kw_only=True):
    """One session of a database. Methods raise QueryFailed, ConnectionFailed."""

    session: Session
    server: Server
    limits: Limits

    def ask(self, name: str, kind: type[T], **words: str) -> list[T]:
        """The rows of the query `name`.sql, each as `kind`."""
        (answer,) = self.run(load(name, self.server.major, **words))
        return answer.into(kind)

    def run(self, *statements: str, settings: Items[str] = ()) -> list[Rows]:
        """What each statement returned, all in one transaction."""
        return transaction(self.session, statements, settings=(*self.limits.settings, *settings))

    def read(
        self,
        statements: Items[str],
        relations: Items[Relation],
        sequences: Items[Sequence] = (),
        settings: Items[str] = (),
    ) -> list[Rows]:
        """What each statement returned, all in one transaction with the checks of `sql.unchanged`: they read these
        tables and sequences, whose owners may not be trusted. QueryFailed also where one is no longer what the catalog
        said."""
        script = [*share(relations), *unchanged(relations, sequences, self.server.major), *statements]
        settings = (*opening(relations, self.server.version_num), *settings)
        return self.run(*script, settings=settings)[-len(statements) :]
