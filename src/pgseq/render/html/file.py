"""What the HTML files of commands over databases have in common: they are written when all is known."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, ClassVar, Generic, TextIO, TypeVar

from msgspec import Struct

from pgseq.model.reports import Unreachable
from pgseq.names import plural
from pgseq.render.html.environment import environment
from pgseq.render.writer import Detail

T = TypeVar("T")


class HtmlFile(ABC, Generic[T]):
    """Writes one HTML file over all databases to `out` when it is closed. Raises UsageError without jinja2."""

    TEMPLATE: ClassVar[str]

    def __init__(self, out: TextIO, detail: Detail, config: str | None = None) -> None:
        self._template = environment().get_template(self.TEMPLATE)
        self._out = out
        self._detail = detail
        self._config = config
        self._reports: list[T] = []
        self._unreachable: list[Unreachable] = []

    def database(self, report: T) -> None:
        """Add one database."""
        self._reports.append(report)

    def unreachable(self, unreachable: Unreachable) -> None:
        """Add a database that could not be looked at."""
        self._unreachable.append(unreachable)

    def close(self) -> None:
        """Write the file."""
        common = {"unreachable": self._unreachable, "config": self._config, "detail": self._detail}
        self._out.writelines(self._template.generate(common | self._shown()))
        self._out.write("\n")

    @abstractmethod
    def _shown(self) -> dict[str, Any]:
        """What the template shows beside that."""


class Box(Struct, frozen=True, kw_only=True):
    """One sentence on how things are: `ok`, `warning` or `wrong`."""

    kind: str
    number: int
    text: str


def boxed(candidates: Iterable[tuple[str, int, str]]) -> list[Box]:
    """Kind, number and text of each whose number is not 0, as boxes."""
    return [Box(kind=kind, number=number, text=text) for kind, number, text in candidates if number]


def noun(count: int, name: str = "sequence") -> str:
    """The noun that goes with a number which stands apart."""
    return plural(count, name).partition(" ")[2]
