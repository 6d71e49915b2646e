"""Finding the few errors in many bytes.

Blocks are searched for a handful of byte strings; only around a hit is anything decoded. Records that may go on behind
the end of a block are held back for the next one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Protocol

from pgseq.commands.explain.logs import csvlog, jsonlog, stderr
from pgseq.commands.explain.logs.entry import LogEntry
from pgseq.commands.explain.logs.text import RECORD, colourless


class LogFormat(Protocol):
    """A log format: a module with what to look for, and how to read a record."""

    NEEDLES: tuple[bytes, ...]

    def holds(self, data: bytes) -> bool:
        """Whether there is a record of a server's in the bytes, of whatever severity."""

    def start(self, data: bytes, hit: int, floor: int) -> int:
        """Where the record begins that the hit is in, not before `floor`."""

    def read(self, data: bytes, begin: int) -> tuple[LogEntry | None, int]:
        """The error in the record that begins there, and where to read on."""


#: How the first line tells the format.
_FORMS: Final[tuple[tuple[re.Pattern[bytes], LogFormat], ...]] = (
    (re.compile(rb"\s*\{"), jsonlog),
    (csvlog.START, csvlog),
)


@dataclass(slots=True, kw_only=True)
class Nature:
    """What the bytes that were read turned out to be."""

    empty: bool = True
    #: There was a record of a server's among them, of an error or of anything else.
    is_log: bool = False


def form_of(data: bytes) -> LogFormat:
    """The format that a log's first bytes are in."""
    return next((form for pattern, form in _FORMS if pattern.match(data)), stderr)


def entries(
    blocks: Iterable[tuple[bytes, bool]], form: LogFormat | None = None, nature: Nature | None = None
) -> Iterator[LogEntry]:
    """The errors in a log's blocks, in order; `nature` is told what the blocks are."""
    nature = nature or Nature()
    rest = b""
    for block, last in blocks:
        plain = colourless(block)
        data = rest + plain if rest else plain
        if not data:
            continue
        form = form or form_of(data)
        nature.empty = False
        nature.is_log = nature.is_log or form.holds(data)
        # What began before this point has its end in the block.
        safe = len(data) if last else len(data) - RECORD
        at = 0
        rest = b""
        for hit in _hits(data, form.NEEDLES):
            if hit < at:
                continue
            begin = form.start(data, hit, at)
            if begin > safe:
                rest = data[begin:]
                break
            entry, end = form.read(data, begin)
            at = max(end, hit + 1)
            if entry is not None:
                nature.is_log = True
                yield entry


def _hits(data: bytes, needles: Iterable[bytes]) -> list[int]:
    """Where any of the needles stands, in order."""
    places: list[int] = []
    for needle in needles:
        at = data.find(needle)
        while at >= 0:
            places.append(at)
            at = data.find(needle, at + len(needle))
    return sorted(places)
