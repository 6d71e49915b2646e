"""Values as short texts, the same in every human format. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from pgseq.core.consequence import consequence, unit
from pgseq.model.arithmetic import further
from pgseq.model.changes import Applied, Result
from pgseq.model.diagnosis import Finding, Status
from pgseq.model.reports import DatabaseReport, SequenceReport, Tally
from pgseq.model.sequences import Feed, Position, Sequence, Stored
from pgseq.model.server import Server
from pgseq.names import display, plural
from pgseq.render.text.privileges import FEW
from pgseq.render.writer import Detail

STATUSES: Final[dict[Status, str]] = {
    "ok": "in sync",
    "out_of_sync": "out of sync",
    "exhausted": "exhausted",
    "unknown": "unknown",
}

#: Signs in front of a row.
SIGNS: Final[dict[Status, str]] = {"ok": "✓", "out_of_sync": "✗", "exhausted": "✗", "unknown": "?"}

#: The closing line where there is no sequence.
NOTHING: Final = "no sequence was looked at: there is none"

#: The signs and styles of what became of a sequence.
RESULTS: Final[dict[Result, tuple[str, str]]] = {
    "moved": ("✓", "ok"),
    "unchanged": ("·", ""),
    "skipped": ("!", "unknown"),
    "failed": ("✗", "out_of_sync"),
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
    does, of = consequence(report.diagnosis).one, unit(report.diagnosis)
    count = plural(inserts, of).replace(str(inserts), f"{inserts:,}", 1)
    return f"{does} after {count}" if inserts else f"next {of} {does}"


def status_text(report: SequenceReport) -> str:
    """The status, and the reason if it is ignored."""
    return state(report) if report.ignored is None else f"{state(report)} (ignored: {display(report.ignored)})"


def subject(sequence: Sequence, *, whole: bool = False) -> str:
    """What people look for: the column that a sequence feeds; the sequence, too, where its name does not follow from
    that or with `whole`."""
    if not sequence.feeds:
        return display(sequence.sql)
    feed = sequence.feeds[0]
    usual = (feed.schema, f"{feed.table}_{feed.column}_seq") == (sequence.schema, sequence.name)
    named = whole or len(sequence.feeds) > 1 or not usual
    return f"{display(sequence.sql)} → {feeds(sequence)}" if named else feeds(sequence)


def sign(report: SequenceReport) -> tuple[str, str]:
    """A sign for what a sequence's row says, and its style."""
    if report.ignored is not None:
        return "·", "faint"
    if report.distant:
        return "!", "warning"
    if report.status == "ok" and any(found.severity == "warning" for found in report.findings):
        return "!", "warning"
    return SIGNS[report.status], report.status


def next_value(report: SequenceReport) -> str:
    """What nextval() would return: a question mark if the position is unknown, a dash if it would fail."""
    if not isinstance(report.diagnosis.reading.position, Position):
        return "?"
    return number(report.diagnosis.next_value)


def coming(report: SequenceReport, width: int = 0) -> str:
    """The next value, in `width` cells; empty where there is none."""
    value = next_value(report)
    return "" if value == "-" else f"next {value:>{width}}"


def stored(report: SequenceReport) -> str:
    """How far the values in the way go; empty where there are none."""
    if report.diagnosis.furthest is None:
        return ""
    return f"stored {'up' if report.sequence.ascending else 'down'} to {furthest(report)}"


def furthest(report: SequenceReport) -> str:
    """The last value in the way, or a dash: where ids lie beyond it between the sequence's values, that it is one of
    those."""
    value, sequence = report.diagnosis.furthest, report.sequence
    off = [one.off_grid for one in report.diagnosis.reading.stored if isinstance(one, Stored)]
    beyond = further(sequence, [one for one in (value, *off) if one is not None])
    return number(value) if value is None or beyond == value else f"{number(value)} on its grid"


def number(value: int | None) -> str:
    """An integer with separators, or a dash for none."""
    return "-" if value is None else f"{value:,}"


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
        tally.add(report.sequences)
        tally.keys += len(report.keys)
    return "".join(text for text, _ in sums(tally))


def sums(tally: Tally) -> list[tuple[str, str]]:
    """The pieces of `summary`, each with its style; nothing is counted that is not there."""
    keys = [(f"{plural(tally.keys, 'integer key')} without a default", "")] if tally.keys else []
    if not tally.counts.total():
        return [(NOTHING, ""), *((f"; {text}", style) for text, style in keys)]
    counts = [(tally.count(status), text, str(status)) for status, text in STATUSES.items()]
    later, idle, ignored = (tally.count(what) for what in ("distant", "feeds_no_column", "ignored"))
    texts = [(f"{count:,} {text}", style) for count, text, style in counts if count]
    texts += [(f"{later:,} out of sync only later on", "warning")] * bool(later)
    texts += [(feeding_nothing(idle), "")] * bool(idle)
    texts += [(f"{ignored:,} ignored", "")] * bool(ignored) + keys
    return [span for number, text in enumerate(texts) for span in ([(", ", "")] if number else []) + [text]]


def prospect(tally: Tally) -> str:
    """What a fix will do, and what it will leave as it is; empty where it does nothing."""
    if not tally.repairs:
        return ""
    return f"repairs {tally.repairs:,}, leaves {tally.leaves:,}" if tally.leaves else f"repairs {tally.repairs:,}"


def feeding_nothing(count: int) -> str:
    """How many sequences were compared with nothing."""
    return f"{count:,} {'feeds' if count == 1 else 'feed'} no column"


def shown(report: DatabaseReport, detail: Detail) -> tuple[SequenceReport, ...]:
    """The sequences to list: those wrong, changed or with warnings; all of them with `verbose`."""
    if detail.verbose:
        return report.sequences
    unread = {one.sequence.oid for one in unread_reports(report, detail)}
    return tuple(
        sequence_report
        for sequence_report in report.sequences
        if sequence_report.sequence.oid not in unread
        and (wrong(sequence_report) or (not detail.quiet and _notable(sequence_report)))
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


def undoing(reports: Iterable[SequenceReport]) -> Iterator[str]:
    """The statements that undo what was moved, each with its semicolon."""
    moved = (one.applied.undo for one in reports if one.applied is not None)
    return (f"{display(undo)};" for undo in moved if undo is not None)


#: The heading above them.
UNDO: Final = "To undo (ROLLBACK does not undo setval):"


def outcome(applied: Applied) -> str:
    """The result for a sequence that needed a step."""
    if applied.result == "moved":
        before, after = (p.last_value if p else None for p in (applied.before, applied.after))
        return f"moved {number(before)} → {number(after)}"
    return f"{applied.result}: {display(applied.reason)}" if applied.reason else applied.result
