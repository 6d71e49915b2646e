"""The report of `check` and `fix` as one HTML file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

from msgspec import Struct

from pgseq.core.checks import CHECKS
from pgseq.model.hints import Command, Hint
from pgseq.model.reports import DatabaseReport, Report, SequenceReport
from pgseq.render.html.file import Box, HtmlFile, boxed, noun
from pgseq.render.text import folding, words
from pgseq.render.text.check import unread
from pgseq.render.text.privileges import sentences
from pgseq.render.writer import Detail

TITLES: Final = {check.CODE: check.TITLE for check in CHECKS}


class Trouble(Struct, frozen=True, kw_only=True):
    """The sequences that have one trouble, by the check that says so; `rows` are those listed of `count`."""

    code: str
    title: str
    rows: tuple[folding.Row[SequenceReport], ...]
    count: int


class DatabaseView(Struct, frozen=True, kw_only=True):
    """What is shown of one database."""

    report: DatabaseReport
    troubles: tuple[Trouble, ...]
    #: Who cannot read which sequences, and the statement that grants it.
    grants: tuple[tuple[str, str], ...]
    undoing: tuple[str, ...]
    #: The command that repairs what can be repaired; empty where nothing can be.
    command: str
    summary: str


class HtmlReport(HtmlFile[DatabaseReport]):
    """The report of `check` and `fix`."""

    TEMPLATE = "report_check.html"

    def _shown(self) -> dict[str, Any]:
        return {
            "boxes": boxes(self._reports, len(self._unreachable)),
            "databases": [view(report, self._detail) for report in self._reports],
        }


def view(report: DatabaseReport, detail: Detail) -> DatabaseView:
    """What is shown of one database."""
    repairable = any(one.step is not None and one.applied is None for one in report.sequences)
    return DatabaseView(
        report=report,
        troubles=tuple(troubles(report, words.shown(report, detail), detail)),
        grants=tuple(sentences(unread([report], detail))),
        undoing=tuple(words.undoing(report.sequences)),
        command=composed(report, Command("fix")) if repairable else "",
        summary=words.summary([report]),
    )


def composed(report: DatabaseReport, command: Command) -> str:
    """A command about the whole database, as the hints of its report are composed; empty where there is none."""
    hints = (one.hint for sequence in report.sequences for one in sequence.findings)
    return next((hint.compose(command) for hint in hints if isinstance(hint, Hint)), "")


def boxes(reports: Iterable[DatabaseReport], unreachable: int = 0) -> list[Box]:
    """How things are, the worst first."""
    report = Report(databases=tuple(reports))
    results = [one.applied.result for one in report.sequences if one.applied is not None]
    moved, left = results.count("moved"), results.count("skipped") + results.count("failed")
    behind, used_up, unknown = (report.count(what) for what in ("out_of_sync", "exhausted", "unknown"))
    warned = sum(one.counts_as in ("ok", "distant") and _warned(one) for one in report.sequences)
    in_sync, idle = report.count("ok"), report.count("feeds_no_column")
    candidates = [
        ("wrong", unreachable, f"{noun(unreachable, 'database')} could not be looked at"),
        ("wrong", behind, f"{noun(behind)} out of sync: an INSERT by default fails or repeats an id"),
        ("wrong", used_up, f"{noun(used_up)} used up: no next value has room"),
        ("wrong", left, f"{noun(left)} not moved, with the reason beside each"),
        ("warning", unknown, f"{noun(unknown)} unknown: not everything could be read"),
        ("warning", warned, f"{noun(warned)} in sync with a warning"),
        ("ok", moved, f"{noun(moved)} moved forward, and read again"),
        ("ok", in_sync, f"{noun(in_sync)} in sync with what is stored"),
        ("ok", idle, f"{noun(idle)} without a column: nothing to collide with"),
    ]
    return boxed(candidates) or [Box(kind="warning", number=0, text=words.NOTHING)]


def troubles(report: DatabaseReport, shown: Iterable[SequenceReport], detail: Detail) -> list[Trouble]:
    """The sequences to show by their trouble, in the order of the worst of each; at most `detail.limit` of each."""
    groups: defaultdict[tuple[str, str], list[SequenceReport]] = defaultdict(list)
    for sequence in shown:
        groups[_trouble(sequence)].append(sequence)
    listed = {key: folding.of_database(report, group, detail) for key, group in groups.items()}
    return [
        Trouble(code=code, title=title, rows=tuple(rows[: detail.limit]), count=len(rows))
        for (code, title), rows in listed.items()
    ]


def _trouble(report: SequenceReport) -> tuple[str, str]:
    """Code and title of the section that a sequence belongs in."""
    if report.applied is not None:
        result = report.applied.result
        return "", {"moved": "Moved forward", "unchanged": "Not moved: nothing was needed"}.get(result, "Not moved")
    decisive = sorted(report.findings, key=lambda one: ("error", "unknown", "warning", "info").index(one.severity))
    if report.ignored is not None or not decisive or decisive[0].severity == "info":
        return "", {"ok": "In sync"}.get(report.status, "Ignored")
    return decisive[0].code, TITLES.get(decisive[0].code, "")


def _warned(report: SequenceReport) -> bool:
    return any(finding.severity == "warning" for finding in report.findings)
