"""The findings of `lint` as one HTML file."""

from __future__ import annotations

from collections import Counter
from typing import TextIO

from pgseq.commands.lint import FileReport, Unread
from pgseq.render.html.environment import environment
from pgseq.render.html.file import Box, boxed, noun


class HtmlLint:
    """Writes one HTML file over all files to `out` when it is closed. Raises UsageError without jinja2."""

    def __init__(self, out: TextIO, config: str | None = None, *, quiet: bool = False) -> None:
        self._template = environment().get_template("report_lint.html")
        self._out = out
        self._config = config
        self._quiet = quiet
        self._reports: list[FileReport] = []
        self._unread: list[Unread] = []

    def file(self, report: FileReport) -> None:
        """Add one file's findings."""
        self._reports.append(report)

    def unread(self, file: Unread) -> None:
        """Add a file that was not read."""
        self._unread.append(file)

    def close(self) -> None:
        """Write the file."""
        self._out.writelines(
            self._template.generate(
                boxes=self._boxes(),
                files=[one for one in self._reports if one.counted],
                clean=[one.file for one in self._reports if not one.counted],
                unread=self._unread,
                quiet=self._quiet,
                config=self._config,
            )
        )
        self._out.write("\n")

    def _boxes(self) -> list[Box]:
        counts = Counter(
            finding.severity if finding.ignored is None else "ignored"
            for report in self._reports
            for finding in report.findings
        )
        clean, fixed = sum(not one.counted for one in self._reports), sum(one.fixed for one in self._reports)
        candidates = [
            ("wrong", len(self._unread), f"{noun(len(self._unread), 'file')} not read"),
            ("wrong", counts["error"], f"{noun(counts['error'], 'statement')} would leave a sequence behind"),
            ("warning", counts["warning"], f"{noun(counts['warning'], 'warning')}"),
            ("warning", counts["unknown"], "cannot be told"),
            ("ok", fixed, f"{noun(fixed, 'sequence')} put right at the end of a file"),
            ("ok", clean, f"{noun(clean, 'file')} without a finding"),
            ("ok", counts["ignored"], f"{noun(counts['ignored'], 'finding')} ignored"),
        ]
        return boxed(candidates)
