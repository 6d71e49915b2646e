"""The JSON document of the commands of `guard`: a list of databases, each with its own fields."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TextIO, TypeVar

from pgseq.model.server import Server
from pgseq.render.json.check import head
from pgseq.render.json.document import JsonDocument


class HasServer(Protocol):
    """The result of a command in one database."""

    @property
    def server(self) -> Server: ...


T = TypeVar("T", bound=HasServer)


class GuardDocument(JsonDocument[T]):
    """Writes one document over all databases to `out`; `fields` says what there is of each, `config` is the
    configuration file that was read."""

    def __init__(self, out: TextIO, fields: Callable[[T], dict[str, Any]], config: str | None = None) -> None:
        super().__init__(out, lambda report: head(report.server) | fields(report), config)
