"""The undo file: what every moved sequence stood at, written and flushed to disk before each step.

One JSON object a line. `planned` is written before a step, `done` after it; a `planned` without `done` is a step that
was interrupted: its sequence stands where it was found or where it was to go, or, as it was cancelled on its way by
nextval(), in between.
"""

from __future__ import annotations

import json
import os
import stat
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import Any

from pgseq.errors import UsageError
from pgseq.model import Position
from pgseq.steps import Applied, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is known of one move: `before` is what to go back to, `after` what the sequence must still stand at."""

    #: The server's system identifier; None where it was not known.
    server: str | None
    database: str
    oid: int
    sequence: str
    before: Position
    after: Position
    #: The step was interrupted: the sequence may also still stand at `before`, or in between.
    interrupted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where moves are made."""

    server: str | None
    database: str

    def holds(self, entry: Entry) -> bool:
        """Whether that move was made here, as far as can be known."""
        return entry.database == self.database and (None in (entry.server, self.server) or entry.server == self.server)


class Journal:
    """Writes an undo file, line by line, to a file that is open for appending, without a buffer."""

    def __init__(self, out: FileIO) -> None:
        self._out = out
        self._lock = threading.Lock()

    def planned(self, place: Place, steps: Iterable[Step]) -> None:
        """Note steps about to be taken. Raises UsageError where the file cannot be written."""
        self._write(_line("planned", place, step, step.found, step.goal) for step in steps)

    def done(self, place: Place, taken: Iterable[tuple[Step, Applied]]) -> None:
        """Note what became of them, where that is known. Raises UsageError where the file cannot be written."""
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
                _append(self._out, text)
            except OSError as error:
                # What others note later is to begin a line.
                with suppress(OSError):
                    self._out.truncate(size)
                raise _unwritable(self._out.name, error, "make room, or name another file") from error


def _append(out: FileIO, text: bytes) -> None:
    written = 0
    while written < len(text):
        written += out.write(text[written:])
    # A pipe or a terminal has no disk to be on.
    if stat.S_ISREG(os.fstat(out.fileno()).st_mode):
        os.fsync(out.fileno())


def _unwritable(path: object, error: OSError, hint: str) -> UsageError:
    return UsageError(f"cannot write {path}: {error.strerror}", hint)


def _line(event: str, place: Place, step: Step, before: Position, after: Position) -> str:
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
def journal(path: Path | None) -> Iterator[Journal | None]:
    """A Journal that appends to `path`, or None without one. Raises UsageError when the file cannot be written, or
    ends in part of a line and is not an undo file."""
    if path is None:
        yield None
        return
    _mend(path)
    try:
        out = FileIO(path, "a")
    except OSError as error:
        raise _unwritable(path, error, "nothing was changed; name another file") from error
    with out:
        yield Journal(out)


def _mend(path: Path) -> None:
    """Take off a last line cut short: what is noted next is to begin a line."""
    if not path.is_file():
        return
    try:
        text = path.read_bytes()
        if text and not text.endswith(b"\n"):
            entries(path)
            os.truncate(path, text.rindex(b"\n") + 1)
    except OSError as error:
        raise _unwritable(path, error, "nothing was changed; name another file") from error


def entries(path: Path) -> tuple[Entry, ...]:
    """The moves that an undo file tells of, the last one of each sequence, in the order in which they were made.

    A last line cut short, as by a crash, is passed over: it was never acted upon. Raises UsageError for a file that
    cannot be read or is not an undo file.
    """
    try:
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise UsageError(f"cannot read {path}: {error}", "name the file given to pgseq fix --undo-file") from None
    return _moves(_parsed(lines if lines[-1] else lines[:-1], path))


def _parsed(lines: list[bytes], path: Path) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, start=1):
        try:
            yield json.loads(line) | {}
        except (ValueError, TypeError):
            if number < len(lines) or number == 1:
                raise UsageError(
                    f"{path}, line {number} is not a line of an undo file",
                    "name the file given to pgseq fix --undo-file",
                ) from None


def _moves(parsed: Iterable[dict[str, Any]]) -> tuple[Entry, ...]:
    found: dict[tuple[str | None, str, int], Entry] = {}
    for line in parsed:
        try:
            entry = Entry(
                server=line.get("server"),
                database=line["database"],
                oid=line["oid"],
                sequence=line["sequence"],
                before=Position(last_value=line["before"][0], is_called=line["before"][1]),
                after=Position(last_value=line["after"][0], is_called=line["after"][1]),
                interrupted=line["event"] == "planned",
            )
        except (KeyError, IndexError, TypeError) as error:
            raise UsageError("not an undo file of pgseq", "name the file given to pgseq fix --undo-file") from error
        key = (entry.server, entry.database, entry.oid)
        found.pop(key, None)
        found[key] = entry
    return tuple(entry for entry in found.values() if entry.before != entry.after)
