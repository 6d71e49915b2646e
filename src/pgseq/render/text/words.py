"""Values as short texts, the same in every human format. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pgseq.core.checks.wording import colliding_block, refused
from pgseq.model.changes import Applied, Result
from pgseq.model.reports import DatabaseReport, SequenceReport
from pgseq.model.sequences import Feed, Finding, Position, Sequence, Server, Status
from pgseq.names import display, plural
from pgseq.render.writer import Detail

STATUSES: Final[dict[Status, str]] = {
    "ok": "in sync",
    "out_of_sync": "out of sync",
    "exhausted": "exhausted",
    "unknown": "unknown",
}

#: The styles of what became of a sequence.
RESULT_STYLES: Final[dict[Result, str]] = {
    "moved": "ok",
    "unchanged": "",
    "skipped": "unknown",
    "failed": "out_of_sync",
}


def database(server: Server) -> str:
    """The database and its server."""
    standby = ", standby" if server.in_recovery else ""
    return f"{display(server.database)} (PostgreSQL {server.version}{standby})"


def feeds(sequence: Sequence) -> str:
    """The columns that draw from a sequence."""
    return "; ".join(display(feed(one)) for one in sequence.feeds) or "-"


def feed(of: Feed) -> str:
    """A column that draws from a sequence, with the ids that it stores for one value where it is declared so."""
    if not of.in_blocks or of.block is None:
        return of.label
    return f"{of.label} ({of.block.size} ids {'up to' if of.block.ids == 'below' else 'from'} each value)"


def state(report: SequenceReport) -> str:
    """What the status means for the next inserts."""
    inserts = report.diagnosis.inserts_until_collision
    if report.status != "out_of_sync" or inserts is None:
        return STATUSES[report.status]
    unit = "block" if colliding_block(report.diagnosis) else "insert"
    if not refused(report.diagnosis):
        taken = "next block has ids taken" if unit == "block" else "next id is taken"
        return f"repeats after {plural(inserts, unit)}" if inserts else taken
    return f"fails after {plural(inserts, unit)}" if inserts else f"next {unit} fails"


def status_text(report: SequenceReport) -> str:
    """The status, and the reason if it is ignored."""
    return state(report) if report.ignored is None else f"{state(report)} (ignored: {display(report.ignored)})"


def next_value(report: SequenceReport) -> str:
    """What nextval() would return: a question mark if the position is unknown, a dash if it would fail."""
    if not isinstance(report.diagnosis.reading.position, Position):
        return "?"
    return number(report.diagnosis.next_value)


def number(value: int | None) -> str:
    """An integer, or a dash for none."""
    return "-" if value is None else str(value)


def visible_findings(report: SequenceReport, *, verbose: bool) -> tuple[Finding, ...]:
    """The findings to show: information only with `verbose`."""
    return tuple(found for found in report.findings if verbose or found.severity != "info")


def wrong(report: SequenceReport) -> bool:
    """Whether a sequence is not in sync or unknown, and not ignored."""
    return report.status != "ok" and report.ignored is None


def summary(reports: list[DatabaseReport]) -> str:
    """How many sequences have which status, in one line."""
    every = [one for report in reports for one in report.sequences]
    counted = [one for one in every if one.ignored is None]
    parts = [f"{sum(one.status == status for one in counted)} {text}" for status, text in STATUSES.items()]
    if ignored := len(every) - len(counted):
        parts.append(f"{ignored} ignored")
    return ", ".join(parts)


def shown(report: DatabaseReport, detail: Detail) -> tuple[SequenceReport, ...]:
    """The sequences to list: those wrong, changed or with warnings; all of them with `verbose`."""
    if detail.verbose:
        return report.sequences
    return tuple(one for one in report.sequences if wrong(one) or (not detail.quiet and _notable(one)))


def _notable(report: SequenceReport) -> bool:
    if report.ignored is not None:
        return False
    return report.applied is not None or any(found.severity == "warning" for found in report.findings)


def undoing(reports: Iterable[SequenceReport]) -> list[str]:
    """The statements that undo what was moved, each with its semicolon."""
    moved = (one.applied.undo for one in reports if one.applied is not None)
    return [f"{display(undo)};" for undo in moved if undo is not None]


#: The heading above them.
UNDO: Final = "To undo (ROLLBACK does not undo setval):"


def outcome(applied: Applied) -> str:
    """The result for a sequence that needed a step."""
    if applied.result == "moved":
        before, after = (p.last_value if p else None for p in (applied.before, applied.after))
        return f"moved {number(before)} → {number(after)}"
    return f"{applied.result}: {display(applied.reason)}" if applied.reason else applied.result
