"""What was noted while a file was read or run, within limits. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from msgspec import Struct

from pgseq.commands.lint.parse.pieces import Place, PsqlCommand
from pgseq.names import plural

N = TypeVar("N")
#: How many notes of one kind are reported one by one; the others are counted.
MOST: Final = 1000


class Note(Struct, frozen=True, kw_only=True):
    """A place in the file, and what was noted there."""

    place: Place
    text: str
    #: Whether something cannot be told for it.
    counts: bool = True


@dataclass(slots=True)
class Limit:
    """How many more notes are kept."""

    left: int = MOST


class NoteList(Generic[N]):
    """The notes of one kind within a limit, the first one beyond it, and how many follow that one."""

    def __init__(self, limit: Limit) -> None:
        self._limit = limit
        self._notes: list[N] = []
        self._beyond: list[N] = []
        self._more = 0

    def add(self, note: N) -> None:
        """Keep a note, or count it."""
        if self._limit.left:
            self._limit.left -= 1
            self._notes.append(note)
        elif not self._beyond:
            self._beyond.append(note)
        else:
            self._more += 1

    def __iter__(self) -> Iterator[tuple[N, int]]:
        """Each note that is kept, and how many follow it that are not."""
        yield from ((note, 0) for note in self._notes)
        yield from ((note, self._more) for note in self._beyond)


class Notes:
    """What was noted while the file was read, by the rule that reports it."""

    def __init__(self) -> None:
        unread = Limit()
        self.syntax_errors: NoteList[Note] = NoteList(unread)
        #: Statements that PostgreSQL takes and pgseq cannot read, and why.
        self.not_read: NoteList[Note] = NoteList(unread)
        #: By placeholder, the first statement that cannot be read for want of its value, and how many there are.
        self.unfilled: dict[str, tuple[Place, int]] = {}
        self.cut_off: list[Note] = []
        #: psql's commands that read another file.
        self.not_followed: NoteList[PsqlCommand] = NoteList(Limit())
        #: What is wrong with ignore comments.
        self.ignore_comments: NoteList[Note] = NoteList(Limit())

    def lacks_value(self, placeholder: str, place: Place) -> None:
        """Note a statement that cannot be read for want of a placeholder's value."""
        if placeholder not in self.unfilled and len(self.unfilled) >= MOST:
            placeholder = "another placeholder"
        first, count = self.unfilled.get(placeholder, (place, 0))
        self.unfilled[placeholder] = (first, count + 1)


def and_more(count: int) -> str:
    """The end of a message: how many findings of its kind are not listed."""
    return f"; {plural(count, 'more finding')} of this kind below" if count else ""
