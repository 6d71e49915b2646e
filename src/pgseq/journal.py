"""The undo file: what every moved sequence stood at, written and flushed to disk before each step.

One JSON object a line. `planned` is written before a step, `done` after it; a `planned` without `done` is a step that
was interrupted: its sequence stands where it was found or where it was to go.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from pgseq.errors import UsageError
from pgseq.model import Position
from pgseq.steps import Applied, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What is known of one move: `before` is what to go back to, `after` what the sequence must still stand at."""

    database: str
    oid: int
    sequence: str
    before: Position
    after: Position
    #: The step was interrupted: the sequence may also still stand at `before`.
    interrupted: bool


class Journal:
    """Writes an undo file, line by line."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self._lock = threading.Lock()

    def planned(self, database: str, steps: Iterable[Step]) -> None:
        """Note steps about to be taken."""
        self._write(_line("planned", database, step, step.found, step.goal) for step in steps)

    def done(self, database: str, taken: Iterable[tuple[Step, Applied]]) -> None:
        """Note what became of them, where that is known."""
        self._write(
            _line("done", database, step, applied.before, applied.after or applied.before)
            for step, applied in taken
            if applied.before is not None and applied.result != "failed"
        )

    def _write(self, lines: Iterable[str]) -> None:
        with self._lock:
            self._out.writelines(lines)
            self._out.flush()
            os.fsync(self._out.fileno())


def _line(event: str, database: str, step: Step, before: Position, after: Position) -> str:
    fields = {
        "event": event,
        "database": database,
        "oid": step.sequence.oid,
        "sequence": step.sequence.sql,
        "before": [before.last_value, before.is_called],
        "after": [after.last_value, after.is_called],
        "undo": step.undo,
    }
    return json.dumps(fields, ensure_ascii=False) + "\n"


@contextmanager
def journal(path: Path | None) -> Iterator[Journal | None]:
    """A Journal that appends to `path`, or None without one. Raises UsageError when the file cannot be written."""
    if path is None:
        yield None
        return
    try:
        out = path.open("a", encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}", "nothing was changed; name another file") from error
    with out:
        yield Journal(out)


def entries(path: Path) -> tuple[Entry, ...]:
    """The moves that an undo file tells of, the last one of each sequence, in the order in which they were made.

    A last line cut short, as by a crash, is passed over: it was never acted upon. Raises UsageError for a file that
    cannot be read or is not an undo file.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {path}: {error}", "name the file given to pgseq fix --undo-file") from None
    return _moves(_parsed(lines, path))


def _parsed(lines: list[str], path: Path) -> Iterator[dict[str, Any]]:
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
    found: dict[tuple[str, int], Entry] = {}
    for line in parsed:
        try:
            entry = Entry(
                database=line["database"],
                oid=line["oid"],
                sequence=line["sequence"],
                before=Position(last_value=line["before"][0], is_called=line["before"][1]),
                after=Position(last_value=line["after"][0], is_called=line["after"][1]),
                interrupted=line["event"] == "planned",
            )
        except (KeyError, IndexError, TypeError) as error:
            raise UsageError("not an undo file of pgseq", "name the file given to pgseq fix --undo-file") from error
        found.pop((entry.database, entry.oid), None)
        found[entry.database, entry.oid] = entry
    return tuple(entry for entry in found.values() if entry.before != entry.after)
