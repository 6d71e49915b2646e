"""Texts about both ends of a cut-over, shared by the table and Markdown. Pure."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from pgseq.commands.sync import Comparison, Cutover, Source
from pgseq.model.sequences import Sequence
from pgseq.names import display, plural
from pgseq.render.text import ways, words
from pgseq.render.writer import Detail

#: The head of `cells`.
HEAD: Final = ("Sequence", "Next on source", "Next on target", "Behind", "Status")


def heading(cutover: Cutover) -> str:
    """Name both databases."""
    return f"{words.database(cutover.source.server)} → {words.database(cutover.target.server)}"


def shown(cutover: Cutover, detail: Detail) -> list[Comparison]:
    """The comparisons to list: behind, not compared, wrong or different; all of them when verbose."""
    return [one for one in cutover.comparisons if detail.verbose or _matters(one, detail)]


def _matters(comparison: Comparison, detail: Detail) -> bool:
    if (
        comparison.left_behind
        or comparison.not_compared
        or comparison.without_default
        or words.wrong(comparison.report)
    ):
        return True
    if comparison.report.ignored is not None:
        return False
    return bool(not detail.quiet and (comparison.differences or comparison.remark))


def doubts(cutover: Cutover, limit: int | None) -> list[str]:
    """Why not everything may have been compared, beyond what the listed sequences say."""
    if cutover.nothing_compared:
        return [
            "nothing was compared: no sequence of the target has a counterpart on the source. "
            "Are these the databases that were meant? --map names pairs that differ in name and column"
        ]
    if not cutover.unmatched:
        return []
    feeding = tuple(one for one in cutover.unmatched if one.feeds)
    drawn = tuple(one for one in cutover.unmatched if not one.feeds)
    return [
        *([f"on the source alone, feeding columns there: {_names(feeding, limit)}"] if feeding else []),
        *([f"on the source alone, drawn from by an application: {_names(drawn, limit)}"] if drawn else []),
        "--map names what goes on from them, -T leaves them out",
    ]


def missing(cutover: Cutover, limit: int | None) -> list[str]:
    """The sequences that only one side has, except those of `doubts`, and the option that creates them."""
    alone = tuple(one for one in cutover.missing_on_target if cutover.nothing_compared or one not in cutover.unmatched)
    sides = (("source", alone), ("target", cutover.missing_on_source))
    texts = [f"on the {side} alone: {_names(names, limit)}" for side, names in sides if names]
    if cutover.missing_on_target:
        texts.append("--create-missing prints the DDL of those on the source alone")
    return texts


def sums(cutover: Cutover) -> str:
    """Both summaries: compared with the source, and as `check` counts them."""
    return f"{summary(cutover)}; {words.summary([cutover.target])}"


def summary(cutover: Cutover) -> str:
    """How many sequences are level with the source, behind, or not compared, in one line."""
    counted = [one for one in cutover.comparisons if one.source is not None]
    level = sum(one.lag == 0 for one in counted)
    behind = sum(bool(one.lag) for one in counted)
    other = len(counted) - level - behind
    parts = [f"{level:,} not behind the source"]
    parts += [f"{behind:,} behind"] * bool(behind) + [f"{other:,} not compared"] * bool(other)
    return ", ".join(parts)


def writers(source: Source) -> str:
    """Whether the source may still move on, and what to do then."""
    instance = source.instance
    if source.server.in_recovery:
        return (
            "The source is a standby: it may be behind its primary, which may take writes. "
            "Run it once more when the primary is read-only and the standby has caught up."
        )
    if not instance.read_only:
        return "The source takes writes: run it once more when it is read-only."
    if instance.exempt:
        roles = ", ".join(map(display, instance.exempt))
        return (
            f"The source is read-only, but not for {roles}, whose own default_transaction_read_only is off: run it "
            "once more after ALTER ROLE … [IN DATABASE …] RESET default_transaction_read_only, when their sessions "
            "have ended."
        )
    if instance.others:
        return (
            f"The source is read-only for new sessions; {plural(instance.others, 'other session')} may still "
            "write: run it once more when they have ended."
        )
    return "The source is read-only, and no other session is left there: this is its last word."


def cells(comparison: Comparison) -> tuple[str, ...]:
    """A comparison in five columns."""
    return (*positions(comparison), words.number(comparison.lag), state(comparison))


def positions(comparison: Comparison) -> tuple[str, str, str]:
    """The name, and the next value on both sides."""
    next_on_source = (
        "-" if comparison.source is None else "?" if comparison.unseen else words.number(comparison.source.next_value)
    )
    return display(comparison.sequence.sql), next_on_source, words.next_value(comparison.report)


def state(comparison: Comparison) -> str:
    """Whether a sequence is behind the source, and what its next inserts will do."""
    parts = []
    if comparison.report.ignored is not None:
        parts.append(f"ignored: {display(comparison.report.ignored)}")
    if comparison.unseen:
        parts.append("source not seen")
    elif comparison.lag:
        parts.append("behind")
    elif comparison.not_compared:
        parts.append("not compared")
    if comparison.report.status != "ok" or not parts:
        parts.append(words.state(comparison.report))
    return ", ".join(parts)


class RowNote(Struct, frozen=True, kw_only=True):
    """A remark below a row (`text`), the ways out, and the code of the finding."""

    text: str
    hint: str = ""
    code: str = ""


def notes(comparison: Comparison, *, verbose: bool) -> list[RowNote]:
    """What a row does not say."""
    report = comparison.report
    notes = [RowNote(text=each) for each in comparison.differences]
    if comparison.source is not None and comparison.source.how != "name":
        how = _HOW[comparison.source.how]
        notes.append(RowNote(text=f"goes on from {comparison.source.sequence.sql} ({how})"))
    # What stands behind a refusal, if anything, is a finding.
    findings = [] if report.step else words.visible_findings(report, verbose=verbose)
    refused = None if any(finding.code in _REFUSALS for finding in findings) else report.refused
    notes += [RowNote(text=why.reason, hint=why.hint) for why in (comparison.unseen, refused) if why is not None]
    if comparison.remark:
        notes.append(RowNote(text=comparison.remark))
    for finding in findings:
        hint = ways.unsaid(finding.hint, report.findings)
        notes.append(RowNote(text=finding.short, hint=hint, code=finding.code if finding.short else ""))
    return [note for note in notes if note.text or note.hint]


#: The findings that say why a sequence is not moved.
_REFUSALS: Final = frozenset({"PGS002", "PGS003", "PGS004", "PGS005", "PGS009"})

_HOW: Final = {"map": "as laid down", "column": "it feeds the same column"}


def _names(sequences: tuple[Sequence, ...], limit: int | None) -> str:
    names = [display(sequence.sql) for sequence in sequences[:limit]]
    more = len(sequences) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")
