"""Folds databases with the same answer into one, as of thirty tenants made from one template. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable

from pgseq.model.reports import SequenceReport
from pgseq.model.server import Server
from pgseq.names import display
from pgseq.render.text import words

#: Databases with one answer that are written in full, and how many of the others are named.
FULL = 2
NAMED = 10


class Alike:
    """Remembers which databases had which answer."""

    def __init__(self) -> None:
        self._databases: dict[Hashable, list[str]] = defaultdict(list)
        self._first: tuple[Server, tuple[SequenceReport, ...]] | None = None

    def folds(self, server: Server, shown: tuple[SequenceReport, ...]) -> bool:
        """Whether enough databases with this answer have been written."""
        if self._first is None:
            # Compared when there is another one.
            self._first = server, shown
            return False
        if not self._databases:
            self._names(*self._first)
            self._first = server, ()
        return len(self._names(server, shown)) > FULL

    def _names(self, server: Server, shown: Iterable[SequenceReport]) -> list[str]:
        """The databases that had this answer, with this one."""
        answers = tuple(map(_answer, shown))
        # Where there is nothing to say, it does not matter on which server.
        names = self._databases[(server.address, server.version, answers) if answers else ()]
        names.append(display(server.label or server.database))
        return names

    def sentences(self) -> list[str]:
        """Which databases have not been written, and which they are like."""
        return [
            f"{len(names) - FULL} more like {names[0]}: {_listed(names[FULL:])}"
            for names in self._databases.values()
            if len(names) > FULL
        ]


def _answer(report: SequenceReport) -> Hashable:
    return (
        report.sequence.sql,
        words.feeds(report.sequence),
        words.next_value(report),
        report.diagnosis.furthest,
        words.status_text(report),
        tuple((finding.code, finding.message) for finding in report.findings),
    )


def _listed(names: list[str]) -> str:
    more = f" and {len(names) - NAMED} more, -v lists each" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
