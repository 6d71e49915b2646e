"""The JSON documents: format, version, items and problems, written item by item."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Generic, TextIO, TypeVar

from pgseq.model.reports import Unreachable
from pgseq.render.writer import by
from pgseq.version import __version__

#: The version of the documents' form.
FORMAT = 1

T = TypeVar("T")
Fields = dict[str, Any]


class JsonDocument(Generic[T]):
    """Writes one document to `out`: a list of items under `key`, and what could not be reached.

    `fields` are those of an item; the last of them may be an iterator, which is written an element a line. `summary`
    counts what is in items; its numbers are added up, since items are not kept. `config` is the configuration file that
    was read.
    """

    def __init__(
        self,
        out: TextIO,
        fields: Callable[[T], Fields],
        config: str | None = None,
        *,
        key: str = "databases",
        summary: Callable[[list[T]], Fields] | None = None,
    ) -> None:
        # What imports this file may be asked for a table.
        from pgseq.render.json.encoding import encoded

        self._encoded = encoded
        self._out = out
        self._fields = fields
        self._summary = summary
        self._count = 0
        self._sums: Fields | None = None if summary is None else summary([])
        self._problems: dict[str, list[Fields]] = {}
        head: Fields = {"format": FORMAT, "pgseq": __version__} | by(config) | {key: []}
        self._head = encoded(head)[: -len("]}")] + "\n"

    def database(self, item: T) -> None:
        """Write an item."""
        self._out.write(",\n" if self._count else self._head)
        self._count += 1
        if self._summary is not None and self._sums is not None:
            counts = self._summary([item])
            self._sums |= {name: self._sums.get(name, 0) + count for name, count in counts.items()}
        fields = self._fields(item)
        key, last = fields.popitem()
        if not isinstance(last, Iterator):
            self._out.write(self._encoded(fields | {key: last}))
            return
        self._out.write(self._encoded(fields | {key: []})[: -len("]}")])
        for number, element in enumerate(last):
            self._out.write(f"{',' if number else ''}\n{self._encoded(element)}")
        self._out.write("]}")

    def problem(self, key: str, **fields: str) -> None:
        """Keep a problem for the list `key` behind the items."""
        self._problems.setdefault(key, []).append(fields)

    def unreachable(self, unreachable: Unreachable) -> None:
        """Keep a database that could not be read."""
        self.problem("unreachable", database=unreachable.database, reason=unreachable.reason, hint=unreachable.hint)

    def close(self) -> None:
        """Finish the document with the problems and the summary."""
        if not self._count:
            self._out.write(self._head)
        tail: Fields = dict(self._problems)
        if self._sums is not None:
            tail["summary"] = self._sums
        self._out.write(f"],\n{self._encoded(tail)[1:]}\n" if tail else "]}\n")
