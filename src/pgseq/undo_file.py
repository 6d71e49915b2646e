"""The undo file: the position of every moved sequence, written and flushed to disk before each step.

One JSON object a line. `planned` is written before a step, `done` after it; a `planned` without `done` is a step that
was interrupted: its sequence stands where it was found or where it was to go, or, as it was cancelled on its way by
nextval(), in between.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path
from typing import Annotated, Final

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from pgseq.errors import UsageError
from pgseq.files.targets import PRIVATE, appending, put, refuse
from pgseq.files.trusted import handed_over, read_own
from pgseq.model.changes import Applied, Step
from pgseq.model.hints import Hint, command
from pgseq.model.sequences import Position
from pgseq.text.integers import BIGINT

_HINT: Final = Hint("name the file given to ", command("fix", "", "--undo-file"))
#: Bytes of an undo file that are read: a hundred thousand moves take some 80 MB.
MOST = 2**31


class UndoEntry(Struct, frozen=True, kw_only=True):
    """One logged move: `before` is the position to restore, `after` the one that the sequence must still have."""

    #: The server's system identifier; None where it was not known.
    server: str | None
    database: str
    oid: int
    sequence: str
    before: Position
    after: Position
    #: The step was interrupted: the sequence may also still stand at `before`, or in between.
    interrupted: bool


class UndoTarget(Struct, frozen=True, kw_only=True):
    """Where moves are made."""

    server: str | None
    database: str

    def holds(self, entry: UndoEntry) -> bool:
        """Whether the move was made here, as far as can be known."""
        return entry.database == self.database and (None in (entry.server, self.server) or entry.server == self.server)


class UndoFile:
    """Writes an undo file, line by line, to a file that is open for appending, without a buffer."""

    def __init__(self, out: FileIO) -> None:
        self._out = out
        self._lock = threading.Lock()

    def planned(self, place: UndoTarget, steps: Iterable[Step]) -> None:
        """Log steps about to be taken. Raises UsageError where the file cannot be written."""
        self._write(_line("planned", place, step, step.found, step.goal) for step in steps)

    def done(self, place: UndoTarget, taken: Iterable[tuple[Step, Applied]]) -> None:
        """Log the results of steps, where they are known. Raises UsageError where the file cannot be written."""
        self._write(
            _line("done", place, step, applied.before, applied.after or applied.before)
            for step, applied in taken
            if applied.before is not None and applied.result != "failed"
        )

    def _write(self, lines: Iterable[str]) -> None:
        text = "".join(lines).encode()
        with self._lock:
            size = os.fstat(self._out.fileno()).st_size
            try:
                put(self._out, text)
            except OSError as error:
                # What others note later is to begin a line.
                with suppress(OSError):
                    self._out.truncate(size)
                raise _unwritable(self._out.name, error, "make room, or name another file") from error


def _unwritable(path: object, error: OSError, hint: str) -> UsageError:
    return UsageError(f"cannot write {path}: {error.strerror}", hint)


def _line(event: str, place: UndoTarget, step: Step, before: Position, after: Position) -> str:
    fields = {
        "event": event,
        "server": place.server,
        "database": place.database,
        "oid": step.sequence.oid,
        "sequence": step.sequence.sql,
        "before": [before.last_value, before.is_called],
        "after": [after.last_value, after.is_called],
        "undo": step.undo,
    }
    return json.dumps(fields, ensure_ascii=False) + "\n"


@contextmanager
def open_undo_file(path: Path | None) -> Iterator[UndoFile | None]:
    """An UndoFile that appends to `path`, or None without one. Raises UsageError when the file cannot be written, or
    ends in part of a line and is not an undo file."""
    if path is None:
        yield None
        return
    _mend(path)
    try:
        out = appending(path, PRIVATE)
    except OSError as error:
        raise _unwritable(path, error, "nothing was changed; name another file") from error
    with out:
        yield UndoFile(out)


def _mend(path: Path) -> None:
    """Take off a last line cut short: what is noted next is to begin a line."""
    refuse(path)
    if handed_over(path) or not path.is_file():
        return
    try:
        text = path.read_bytes()
        if text and not text.endswith(b"\n"):
            entries(path)
            os.truncate(path, text.rindex(b"\n") + 1)
    except OSError as error:
        raise _unwritable(path, error, "nothing was changed; name another file") from error


def entries(path: Path) -> tuple[UndoEntry, ...]:
    """The moves of an undo file, in the order in which they are to be undone for each sequence.

    Moves of one sequence that follow each other, from where the one left it, are one: undone, it stands where the first
    found it. A step that was interrupted comes before those that it went on from. Where the sequence was used between
    two moves, the later one alone is told: values were handed out since the earlier one.

    A last line cut short, as by a crash, is passed over: it was never acted upon. Raises UsageError for a file that
    cannot be read or is not an undo file, and Distrusted for one that others could have written.
    """
    try:
        lines = read_own(path, most=MOST).split(b"\n")
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error}", _HINT) from None
    return _moves(_parsed(lines, path))


def _parsed(lines: list[bytes], path: Path) -> Iterator[UndoEntry]:
    decode = msgspec.json.Decoder(_Line).decode
    # Behind the last end of a line: nothing, or what is left of a line.
    *whole, rest = lines
    for number, line in enumerate([*whole, rest] if rest else whole, start=1):
        try:
            yield decode(line).entry
        except (msgspec.DecodeError, RecursionError):
            if number <= len(whole) or number == 1:
                raise _no_line(path, number) from None


def _no_line(path: Path, number: int) -> UsageError:
    return UsageError(f"{path}, line {number} is not a line of an undo file of pgseq", _HINT)


def _moves(parsed: Iterable[UndoEntry]) -> tuple[UndoEntry, ...]:
    trails: dict[tuple[str | None, str, int], _Trail] = {}
    for entry in parsed:
        key = (entry.server, entry.database, entry.oid)
        trails[key] = trails.pop(key, _Trail()).then(entry)
    return tuple(entry for trail in trails.values() for entry in trail.told if entry.before != entry.after)


#: Statements are composed of what a line says: nothing that pgseq does not write, or that no server takes, passes.
_Text = Annotated[str, Meta(pattern="^[^\0]*$")]
_Pair = tuple[Annotated[int, Meta(ge=BIGINT.start, le=BIGINT.stop - 1)], bool]


class _Line(Struct, frozen=True, kw_only=True):
    """A line as it is written."""

    event: str
    server: _Text | None = None
    database: _Text
    #: What the server takes for an oid.
    oid: Annotated[int, Meta(ge=0, lt=2**32)]
    sequence: _Text
    before: _Pair
    after: _Pair

    @property
    def entry(self) -> UndoEntry:
        """What it says."""
        return UndoEntry(
            server=self.server,
            database=self.database,
            oid=self.oid,
            sequence=self.sequence,
            before=_position(self.before),
            after=_position(self.after),
            interrupted=self.event == "planned",
        )


def _position(pair: _Pair) -> Position:
    last_value, is_called = pair
    return Position(last_value=last_value, is_called=is_called)


class _Trail(Struct, frozen=True, kw_only=True):
    """The moves of one sequence in the lines read so far."""

    #: What is known to have been done, several moves as one.
    done: UndoEntry | None = None
    #: A step that nothing more is known of.
    planned: UndoEntry | None = None

    def then(self, entry: UndoEntry) -> _Trail:
        """The trail with one more line."""
        if entry.interrupted:
            return _Trail(done=self._known(entry.before), planned=entry)
        return _Trail(done=self.done if entry.before == entry.after else _joined(self.done, entry))

    def _known(self, position: Position) -> UndoEntry | None:
        """What had been done when a later step found the sequence there: it tells whether the interrupted one moved
        it."""
        if self.planned is not None and self.planned.after == position:
            return _joined(self.done, replace(self.planned, interrupted=False))
        return self.done

    @property
    def told(self) -> list[UndoEntry]:
        if self.planned is None:
            return [] if self.done is None else [self.done]
        if self.done is not None and _follows(self.done, self.planned):
            return [self.planned, self.done]
        return [self.planned]


def _follows(earlier: UndoEntry, later: UndoEntry) -> bool:
    return (earlier.sequence, earlier.after) == (later.sequence, later.before)


def _joined(earlier: UndoEntry | None, later: UndoEntry) -> UndoEntry:
    return replace(later, before=earlier.before) if earlier is not None and _follows(earlier, later) else later
