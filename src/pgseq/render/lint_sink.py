"""The writer interface of `lint`; one class per format."""

from __future__ import annotations

from typing import Protocol

from pgseq.commands.lint.model import FileReport, Unread


class LintWriter(Protocol):
    """Writes the reports, file by file."""

    def file(self, report: FileReport) -> None:
        """Write the findings in one file."""
        ...

    def unread(self, file: Unread) -> None:
        """Write that one file was not read."""
        ...

    def close(self) -> None:
        """Write what follows the last file."""
        ...
