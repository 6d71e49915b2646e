"""JSON Lines: a document of its own for each database, on one line, as soon as it is there (https://jsonlines.org)."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Generic, TextIO, TypeVar

from pgseq.model.reports import Unreachable
from pgseq.render.writer import Writer

T = TypeVar("T")


class JsonLines(Generic[T]):
    """Writes documents to `out`, each by a writer that `document` makes: what --format json writes for one database."""

    def __init__(self, out: TextIO, document: Callable[[TextIO], Writer[T]]) -> None:
        self._out = out
        self._document = document

    def database(self, item: T) -> None:
        """Write the document of a database."""
        self._write(lambda writer: writer.database(item))

    def unreachable(self, unreachable: Unreachable) -> None:
        """Write a document without databases."""
        self._write(lambda writer: writer.unreachable(unreachable))
        self._out.flush()

    def close(self) -> None:
        """Nothing follows the last line."""

    def _write(self, add: Callable[[Writer[T]], None]) -> None:
        text = io.StringIO()
        writer = self._document(text)
        add(writer)
        writer.close()
        # A line end in a string is escaped: these stand between values.
        self._out.write(text.getvalue().replace("\n", "") + "\n")
