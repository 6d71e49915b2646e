"""Which of the files that are read later makes a table, for a message alone."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from pgseq.commands.lint.parse.lexemes import decoded
from pgseq.commands.lint.parse.source import STDIN, opened
from pgseq.errors import UsageError
from pgseq.names import parse_qualified

_NAME: Final = rb"(?:\"[^\"\n]+\"|[\w$\x80-\xff]+)"
_MAKES: Final = re.compile(
    rb"\bcreate\s+(?:(?:global|local)\s+)?(?:unlogged\s+)?(?:table|(?:or\s+replace\s+)?view)\s+(?:if\s+not\s+exists\s+)?"
    rb"(" + _NAME + rb"(?:\s*\.\s*" + _NAME + rb")*)",
    re.IGNORECASE,
)  # fmt: skip


@dataclass(slots=False, kw_only=True)
class Makers:
    """The files, in the order in which they are read."""

    files: Sequence[str] = field(default=(), repr=False)

    def later(self, table: str, file: str) -> str:
        """The first file behind `file` that makes a table of that name, whatever its schema; empty: none does."""
        if file not in self._places:
            return ""
        behind = [place for place in self._made.get(table, ()) if place > self._places[file]]
        return self.files[behind[0]] if behind else ""

    @cached_property
    def resolved(self) -> frozenset[Path]:
        """Where they really are."""
        return frozenset(Path(os.path.realpath(file)) for file in self.files)

    @cached_property
    def _places(self) -> dict[str, int]:
        return {file: place for place, file in enumerate(self.files)}

    @cached_property
    def _made(self) -> dict[str, list[int]]:
        """By name, the places of the files that make such a table. All files are read: only where one is asked for."""
        made: dict[str, list[int]] = {}
        for place, file in enumerate(self.files if len(self.files) > 1 else ()):
            with suppress(UsageError):
                for name in _names(file):
                    if place not in made.setdefault(name, [])[-1:]:
                        made[name].append(place)
        return made


def _names(file: str) -> list[str]:
    """The tables that a file makes. Raises UsageError for a file that cannot be read."""
    if file == STDIN:
        return []
    with opened(file) as blocks:
        parsed = [parse_qualified(decoded(match[1])) for block in blocks for match in _MAKES.finditer(block)]
    return [parts[-1] for parts in parsed if parts]
