"""Errors counted by their cause, in memory that does not grow with the log."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from pgseq.explanation.logs.entry import Entry
from pgseq.explanation.values import Reported, Seen

#: Causes told apart, and names kept of each; what comes beyond them is counted with the last.
CAUSES: Final = 5000
NAMES: Final = 50


@dataclass(kw_only=True)
class Group:
    """The errors of one cause."""

    #: The latest of them.
    reported: Reported
    count: int = 0
    first: str = ""
    last: str = ""
    users: Counter[str] = field(default_factory=Counter)
    applications: Counter[str] = field(default_factory=Counter)
    #: Failing keys that followed each other upwards or downwards by one step, now and at most.
    run: int = 0
    longest: int = 0
    _value: int | None = None
    _step: int = 0

    def add(self, entry: Entry) -> None:
        """Count one more."""
        self.count += 1
        self.first = min(self.first or entry.time, entry.time or self.first)
        self.last = max(self.last, entry.time)
        for names, name in ((self.users, entry.user), (self.applications, entry.application)):
            if name and (name in names or len(names) < NAMES):
                names[name] += 1
        self._follow(entry.reported)
        # The detail of one error serves all that were logged without.
        if entry.reported.values is not None or self.reported.values is None:
            self.reported = entry.reported

    def seen(self) -> Seen:
        """How often, when, and whose."""
        return Seen(
            count=self.count,
            first=self.first or None,
            last=self.last or None,
            users=tuple(name for name, _ in self.users.most_common()),
            applications=tuple(name for name, _ in self.applications.most_common()),
            in_a_row=self.longest,
        )

    def _follow(self, reported: Reported) -> None:
        value = reported.value_of(reported.columns[-1].strip('"')) if reported.columns else None
        if value is None:
            return
        step = 0 if self._value is None else value - self._value
        self.run = self.run + 1 if step and step == self._step else (2 if step else 1)
        self.longest = max(self.longest, self.run)
        self._value, self._step = value, step


class Tally:
    """Groups of errors."""

    def __init__(self) -> None:
        self._groups: dict[tuple[str, ...], Group] = {}

    def add(self, entry: Entry) -> bool:
        """Count an error; whether it is the first of its cause."""
        key = entry.reported.key
        new = key not in self._groups
        if new and len(self._groups) >= CAUSES:
            key, new = next(reversed(self._groups)), False
        if new:
            self._groups[key] = Group(reported=entry.reported)
        self._groups[key].add(entry)
        return new

    def add_all(self, entries: Iterable[Entry]) -> None:
        """Count errors."""
        for entry in entries:
            self.add(entry)

    def groups(self) -> Iterator[tuple[Reported, Seen]]:
        """The causes, the most frequent first."""
        for group in sorted(self._groups.values(), key=lambda one: -one.count):
            yield replace(group.reported), group.seen()
