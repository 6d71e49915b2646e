"""The JSON document of the commands of `guard`: a list of databases, each with its own fields."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Generic, Protocol, TextIO, TypeVar

from pgseq.model.sequences import Server
from pgseq.render.json.check import FORMAT
from pgseq.render.writer import Unreachable, by
from pgseq.version import __version__


class HasServer(Protocol):
    """The result of a command in one database."""

    @property
    def server(self) -> Server: ...


T = TypeVar("T", bound=HasServer)


class GuardDocument(Generic[T]):
    """Writes one document over all databases to `out`; `fields` says what there is of each, `config` is the
    configuration file that was read."""

    def __init__(self, out: TextIO, fields: Callable[[T], dict[str, Any]], config: str | None = None) -> None:
        self._out = out
        self._config = config
        self._fields = fields
        self._databases: list[dict[str, Any]] = []
        self._unreachable: list[dict[str, str]] = []

    def database(self, report: T) -> None:
        """Add one database."""
        head = {"database": report.server.database, "server_version": report.server.version}
        self._databases.append(head | self._fields(report))

    def unreachable(self, database: Unreachable) -> None:
        """Add a database that could not be looked at."""
        self._unreachable.append({"database": database.database, "reason": database.reason, "hint": database.hint})

    def close(self) -> None:
        """Write the document."""
        document: dict[str, Any] = {"format": FORMAT, "pgseq": __version__} | by(self._config)
        document["databases"] = self._databases
        if self._unreachable:
            document["unreachable"] = self._unreachable
        self._out.write(json.dumps(document) + "\n")
