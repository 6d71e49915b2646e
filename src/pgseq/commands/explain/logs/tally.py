"""Errors counted by their cause, in memory that does not grow with the log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from msgspec.structs import replace

from pgseq.commands.explain.logs.entry import LogEntry
from pgseq.commands.explain.model import NOTHING, Occurrences, ParsedError, unquoted
from pgseq.commands.explain.parse.origin import leaves_out

#: Causes told apart, and names kept of each.
CAUSES: Final = 20_000
NAMES: Final = 50
#: Characters of statements and other texts kept of all causes together; beyond it, so many of each text.
TEXTS: Final = 16 * 2**20
SHORT: Final = 500


@dataclass(kw_only=True, slots=True)
class ErrorGroup:
    """The errors of one cause."""

    #: The latest of them.
    error: ParsedError
    count: int = 0
    first: str = ""
    last: str = ""
    users: dict[str, int] = field(default_factory=dict)
    applications: dict[str, int] = field(default_factory=dict)
    #: Failing keys that followed each other upwards or downwards by one step, now and at most.
    run: int = 0
    longest: int = 0
    _value: int | None = None
    _step: int = 0
    _drawn: bool = False

    def add(self, entry: LogEntry, *, room: bool = True) -> None:
        """Count one more; with `room` also the names of whose it is that have not been met."""
        self.count += 1
        self.first = min(self.first or entry.time, entry.time or self.first)
        self.last = max(self.last, entry.time)
        for names, name in ((self.users, entry.user), (self.applications, entry.application)):
            if name and (name in names or (room and len(names) < NAMES)):
                names[name] = names.get(name, 0) + 1
        self._follow(entry.error)
        # The detail of one error serves all that were logged without; one of those that were left to the default, all
        # that bring a value themselves.
        drawn = _drawn(entry.error)
        if drawn >= self._drawn and (entry.error.values is not None or self.error.values is None):
            self.error, self._drawn = entry.error, drawn

    def occurrences(self) -> Occurrences:
        """How often, when, and whose."""
        return Occurrences(
            count=self.count,
            first=self.first or None,
            last=self.last or None,
            users=tuple(sorted(self.users, key=self.users.__getitem__, reverse=True)),
            applications=tuple(sorted(self.applications, key=self.applications.__getitem__, reverse=True)),
            in_a_row=self.longest,
        )

    def _follow(self, error: ParsedError) -> None:
        value = error.value_of(unquoted(error.columns[-1])) if error.columns else None
        if value is None:
            return
        step = 0 if self._value is None else value - self._value
        self.run = self.run + 1 if step and step == self._step else (2 if step else 1)
        self.longest = max(self.longest, self.run)
        self._value, self._step = value, step


def _drawn(error: ParsedError) -> bool:
    """Whether the statement's beginning shows that the key's last column was left to its default."""
    if error.kind != "duplicate" or not error.statement or not error.columns:
        return False
    return leaves_out(error.statement[:SHORT], error.table, unquoted(error.columns[-1]))


class ErrorTally:
    """Groups of errors."""

    def __init__(self) -> None:
        self._groups: dict[tuple[str, ...], ErrorGroup] = {}
        self._room = TEXTS
        #: Errors of further causes than are told apart.
        self.left_out = 0

    def add(self, entry: LogEntry) -> bool:
        """Count an error; whether it is the first of its cause."""
        key = entry.error.key
        group = self._groups.get(key)
        new = group is None
        if group is None:
            if len(self._groups) >= CAUSES:
                self.left_out += 1
                return False
            group = self._groups[key] = ErrorGroup(error=NOTHING)
        before = group.error
        group.add(entry, room=self._room > 0)
        if group.error is not before:
            self._keep(group, before)
        return new

    def _keep(self, group: ErrorGroup, before: ParsedError) -> None:
        """Account for the texts of a group that has changed, and cut them where there is no room."""
        self._room += _length(before) - _length(group.error)
        if self._room < 0:
            whole = group.error
            group.error = replace(whole, **{name: text[:SHORT] for name in _TEXTS if (text := getattr(whole, name))})
            self._room += _length(whole) - _length(group.error)

    def add_all(self, entries: Iterable[LogEntry]) -> None:
        """Count errors."""
        for entry in entries:
            self.add(entry)

    def groups(self) -> Iterator[tuple[ParsedError, Occurrences]]:
        """The causes, the most frequent first."""
        for group in sorted(self._groups.values(), key=lambda one: -one.count):
            yield group.error, group.occurrences()


#: The fields that hold texts of any length.
_TEXTS: Final = ("message", "detail", "values", "statement", "context", "parameters")


def _length(error: ParsedError) -> int:
    return sum(len(text) for name in _TEXTS if (text := getattr(error, name)))
