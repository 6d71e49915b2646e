"""What `lint` writes to: one room for each format, all with the same three doors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from pgseq.commands.lint import FileReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A file that could not be read, or not to its end."""

    file: str
    reason: str
    hint: str


class LintOutput(Protocol):
    """Takes the reports file by file."""

    def file(self, report: FileReport) -> None:
        """Write what was found in one file."""
        ...

    def unread(self, one: Unread) -> None:
        """Write that one file was not read."""
        ...

    def close(self) -> None:
        """Write what follows the last file."""
        ...
