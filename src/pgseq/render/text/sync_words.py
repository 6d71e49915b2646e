"""How both ends of a cut-over stand, in the words of every human format. Pure."""

from __future__ import annotations

from typing import Final

from pgseq.commands.sync import Comparison, Cutover, Source
from pgseq.model.sequences import Sequence
from pgseq.names import display, plural
from pgseq.render.sink import Detail
from pgseq.render.text import words

#: What stands above `cells`.
HEAD: Final = ("Sequence", "Next on source", "Next on target", "Behind", "Status")


def heading(found: Cutover) -> str:
    """Which databases these are."""
    return f"{words.database(found.source.server)} → {words.database(found.target.server)}"


def shown(found: Cutover, detail: Detail) -> list[Comparison]:
    """The sequences to list: what is behind, was not compared, is wrong or differs; all of them where asked for."""
    return [one for one in found.comparisons if detail.verbose or _matters(one, detail)]


def _matters(one: Comparison, detail: Detail) -> bool:
    if one.left_behind or one.not_compared or one.without_default or words.wrong(one.report):
        return True
    if one.report.ignored is not None:
        return False
    return bool(not detail.quiet and (one.differences or one.remark))


def doubts(found: Cutover, limit: int | None) -> list[str]:
    """Why it is not certain that all was compared, as far as no listed sequence tells."""
    if found.nothing_compared:
        return [
            "nothing was compared: no sequence of the target has a counterpart on the source. "
            "Are these the databases that were meant? --map names pairs that differ in name and column"
        ]
    if not found.unmatched:
        return []
    return [
        f"on the source alone, feeding columns there: {_names(found.unmatched, limit)}",
        "--map names what goes on from them, -T leaves them out",
    ]


def missing(found: Cutover, limit: int | None) -> list[str]:
    """Which sequences one side alone has, but for those in doubt, and how the other one gets them."""
    alone = tuple(one for one in found.missing_on_target if found.nothing_compared or not one.feeds)
    sides = (("source", alone), ("target", found.missing_on_source))
    told = [f"on the {side} alone: {_names(names, limit)}" for side, names in sides if names]
    if found.missing_on_target:
        told.append("--create-missing prints the DDL of those on the source alone")
    return told


def sums(found: Cutover) -> str:
    """How many sequences stand how, beside the source and for themselves."""
    return f"{summary(found)}; {words.summary([found.target])}"


def summary(found: Cutover) -> str:
    """How many sequences stand how beside the source, in one line."""
    counted = [one for one in found.comparisons if one.source is not None]
    level = sum(one.lag == 0 for one in counted)
    behind = sum(bool(one.lag) for one in counted)
    return f"{level} not behind the source, {behind} behind, {len(counted) - level - behind} not compared"


def writers(source: Source) -> str:
    """Whether what was read of the source is the last word."""
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


def cells(one: Comparison) -> tuple[str, ...]:
    """How one stands beside the source, in five columns."""
    return (*positions(one), words.number(one.lag), state(one))


def positions(one: Comparison) -> tuple[str, str, str]:
    """Its name, and the next value on both sides."""
    theirs = "-" if one.source is None else "?" if one.unseen else words.number(one.source.next_value)
    return display(one.sequence.sql), theirs, words.next_value(one.report)


def state(one: Comparison) -> str:
    """How a sequence stands beside the source, and what its next inserts will do."""
    parts = []
    if one.report.ignored is not None:
        parts.append(f"ignored: {display(one.report.ignored)}")
    if one.unseen:
        parts.append("source not seen")
    elif one.lag:
        parts.append("behind")
    elif one.not_compared:
        parts.append("not compared")
    if one.report.status != "ok" or not parts:
        parts.append(words.state(one.report))
    return ", ".join(parts)


def notes(one: Comparison, *, verbose: bool) -> list[tuple[str, str]]:
    """What is to be known of one beside, each with its style."""
    notes = [(each, "") for each in one.differences]
    if one.source is not None and one.source.how != "name":
        notes.append((f"goes on from {one.source.sequence.sql} ({_HOW[one.source.how]})", ""))
    for why in (one.unseen, one.report.refused):
        if why is not None:
            notes += [(why.reason, ""), (why.hint, "faint")]
    if one.remark:
        notes.append((one.remark, ""))
    if one.report.step is None:
        for found in words.telling(one.report, verbose=verbose):
            notes += [(f"{found.code}  {found.message}", ""), (found.hint, "faint")]
    return [(text, style) for text, style in notes if text]


_HOW: Final = {"map": "as laid down", "column": "it feeds the same column"}


def _names(sequences: tuple[Sequence, ...], limit: int | None) -> str:
    names = [display(sequence.sql) for sequence in sequences[:limit]]
    more = len(sequences) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")
