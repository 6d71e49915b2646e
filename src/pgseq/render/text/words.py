"""Values as short texts, the same in every human format. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from pgseq.core.consequence import consequence
from pgseq.model.changes import Applied, Result
from pgseq.model.reports import DatabaseReport, SequenceReport, Tally
from pgseq.model.sequences import Finding, Position, Sequence, Server, Status
from pgseq.names import display, plural
from pgseq.render.text.privileges import FEW
from pgseq.render.writer import Detail
from pgseq.sql.scripts import literal

STATUSES: Final[dict[Status, str]] = {
    "ok": "in sync",
    "out_of_sync": "out of sync",
    "exhausted": "exhausted",
    "unknown": "unknown",
}

#: The closing line where there is no sequence.
NOTHING: Final = "no sequence was looked at: there is none"

#: The styles of what became of a sequence.
RESULT_STYLES: Final[dict[Result, str]] = {
    "moved": "ok",
    "unchanged": "",
    "skipped": "unknown",
    "failed": "out_of_sync",
}


def database(server: Server) -> str:
    """The database and its server."""
    where = f" on {display(server.address)}" if server.address else ""
    standby = ", standby" if server.in_recovery else ""
    untested = f", pgseq is not tested with {server.untested}" if server.untested else ""
    label = f"{display(server.label)}: " if server.label else ""
    return f"{label}{display(server.database)}{where} (PostgreSQL {server.version}{standby}{untested})"


def feeds(sequence: Sequence) -> str:
    """The columns that draw from a sequence."""
    return "; ".join(display(feed.label) for feed in sequence.feeds) or "-"


def state(report: SequenceReport) -> str:
    """What the status means for the next inserts."""
    inserts = report.diagnosis.inserts_until_collision
    if report.status != "out_of_sync" or inserts is None:
        return STATUSES[report.status]
    does = consequence(report.diagnosis).one
    return f"{does} after {plural(inserts, 'insert')}" if inserts else f"next insert {does}"


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
    """Whether a sequence is not in sync or unknown, and that counts."""
    return report.counts_as in ("out_of_sync", "exhausted", "unknown")


def summary(reports: Iterable[DatabaseReport]) -> str:
    """How many sequences have which status, in one line."""
    tally = Tally()
    for report in reports:
        tally.add(report)
    return sums(tally)


def sums(tally: Tally) -> str:
    """The same of reports that were counted before."""
    if not tally.counts.total():
        return NOTHING
    parts = [f"{tally.count(status)} {text}" for status, text in STATUSES.items()]
    later, idle, ignored = (tally.count(what) for what in ("distant", "feeds_no_column", "ignored"))
    parts += [f"{later} out of sync only later on"] * bool(later)
    parts += [feeding_nothing(idle)] * bool(idle)
    parts += [f"{ignored} ignored"] * bool(ignored)
    return ", ".join(parts)


def feeding_nothing(count: int) -> str:
    """How many sequences were compared with nothing."""
    return f"{count} {'feeds' if count == 1 else 'feed'} no column"


def shown(report: DatabaseReport, detail: Detail) -> tuple[SequenceReport, ...]:
    """The sequences to list: those wrong, changed or with warnings; all of them with `verbose`."""
    if detail.verbose:
        return report.sequences
    unread = {one.sequence.oid for one in unread_reports(report, detail)}
    return tuple(
        one
        for one in report.sequences
        if one.sequence.oid not in unread and (wrong(one) or (not detail.quiet and _notable(one)))
    )


def unread_reports(report: DatabaseReport, detail: Detail) -> tuple[SequenceReport, ...]:
    """The sequences that are not listed one by one, since a privilege to read them is missing and one statement grants
    it for all; none where they are few, or with `verbose`."""
    unread = tuple(one for one in report.sequences if one.counts_as == "unknown" and one.diagnosis.lacks_privilege)
    return unread if len(unread) >= FEW and not detail.verbose else ()


def _notable(report: SequenceReport) -> bool:
    if report.ignored is not None:
        return False
    return report.applied is not None or any(found.severity == "warning" for found in report.findings)


def undoing(reports: Iterable[SequenceReport], database: str | None = None) -> list[str]:
    """The statements that undo what was moved, each with its semicolon; they do nothing in another database."""
    moved = (one.applied.undo for one in reports if one.applied is not None)
    here = "" if database is None else f" WHERE pg_catalog.current_database() = {literal(database)}"
    return [f"{display(undo + here)};" for undo in moved if undo is not None]


#: The heading above them.
UNDO: Final = "To undo (ROLLBACK does not undo setval):"


def outcome(applied: Applied) -> str:
    """The result for a sequence that needed a step."""
    if applied.result == "moved":
        before, after = (p.last_value if p else None for p in (applied.before, applied.after))
        return f"moved {number(before)} → {number(after)}"
    return f"{applied.result}: {display(applied.reason)}" if applied.reason else applied.result
