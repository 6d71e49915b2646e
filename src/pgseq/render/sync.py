"""The tables of `sync`: how far each sequence is behind the source, the plan, and what became of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pgseq.cutover import Compared, Cutover, Source
from pgseq.model import Sequence
from pgseq.names import display
from pgseq.render import words
from pgseq.render.outcome import outcome
from pgseq.render.output import Detail
from pgseq.render.plan import statements
from pgseq.render.terminal import Columns, Terminal

HEAD: Final = ("Sequence", "Next on source", "Next on target", "Behind", "Status")
PLAN_HEAD: Final = ("Sequence", "Next on source", "Next on target", "New", "Why")
NUMBERS: Final = frozenset({1, 2, 3})
#: What makes the cells of a row.
_Cells = Callable[[Compared], tuple[str, ...]]
STATE: Final = 4
INDENT: Final = 4


class CutoverTable:
    """Writes to `terminal`."""

    def __init__(self, terminal: Terminal, detail: Detail) -> None:
        self._terminal = terminal
        self._detail = detail

    def plan(self, found: Cutover) -> None:
        """Write what a sync would do."""
        heading(self._terminal, found)
        planned = [one for one in found.compared if one.examined.step is not None]
        if planned:
            self._rows(PLAN_HEAD, planned, _plan_cells)
            statements(self._terminal, [one.examined.step for one in planned if one.examined.step], "sync")
        left = [one for one in self._shown(found) if one.examined.step is None]
        if left:
            self._listing(left)

    def unchanged(self, found: Cutover) -> None:
        """Write, after a plan that was not carried out, the sums alone."""
        self._terminal.line(("Nothing was changed.", ""))
        self._rest(found)

    def database(self, found: Cutover) -> None:
        """Write how both stand, and what became of each sequence that needed something."""
        done = tuple(one.examined for one in found.compared if one.examined.applied is not None)
        shown = [one for one in self._shown(found) if one.examined.applied is None]
        if done or shown or not self._detail.quiet:
            heading(self._terminal, found)
        if done:
            outcome(self._terminal, done, self._detail)
        if shown:
            self._listing(shown)
        self._rest(found)

    def _rest(self, found: Cutover) -> None:
        if self._detail.quiet:
            return
        for where, missing in (("source", found.missing_on_target), ("target", found.missing_on_source)):
            if missing:
                self._terminal.note(f"on the {where} alone: {_names(missing, self._detail.limit)}")
        if found.missing_on_target:
            self._terminal.note("--create-missing prints the DDL of those on the source alone", "faint")
        self._terminal.note(writers(found.source), "faint")
        self._terminal.line((f"{summary(found)}; {words.summary([found.target])}", ""))

    def _shown(self, found: Cutover) -> list[Compared]:
        return [one for one in found.compared if self._detail.verbose or self._matters(one)]

    def _matters(self, one: Compared) -> bool:
        if one.left_behind or words.wrong(one.examined):
            return True
        if one.examined.ignored is not None:
            return False
        return bool(one.unseen or (not self._detail.quiet and (one.differences or one.remark)))

    def _listing(self, shown: list[Compared]) -> None:
        self._rows(HEAD, shown, _cells)

    def _rows(self, head: tuple[str, ...], shown: list[Compared], cells: _Cells) -> None:
        listed = shown[: self._detail.limit]
        rows = [cells(one) for one in listed]
        columns = Columns(self._terminal, [head, *rows], right=NUMBERS)
        columns.row(head, default="head")
        for one, row in zip(listed, rows, strict=True):
            columns.row(row, {STATE: _style(one)} if head is HEAD else None)
            for text, style in _notes(one, verbose=self._detail.verbose):
                self._terminal.note(display(text), style, indent=INDENT)
        if len(shown) > len(listed):
            self._terminal.line((f"… {len(shown) - len(listed)} more", "faint"))
        self._terminal.line()


def heading(terminal: Terminal, found: Cutover) -> None:
    """Write which databases follow."""
    terminal.line((f"{words.database(found.source.server)} → {words.database(found.target.server)}", "faint"))
    terminal.line()


def summary(found: Cutover) -> str:
    """How many sequences stand how beside the source, in one line."""
    counted = [one for one in found.compared if one.examined.ignored is None and one.source is not None]
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
    if not instance.closed:
        return "The source takes writes: run it once more when it is read-only."
    if instance.others:
        return (
            f"The source is read-only for new sessions; {words.plural(instance.others, 'other session')} may still "
            "write: run it once more when they have ended."
        )
    return "The source is read-only, and no other session is left there: this is its last word."


def _cells(one: Compared) -> tuple[str, ...]:
    return (*_positions(one), words.number(one.lag), state(one))


def _plan_cells(one: Compared) -> tuple[str, ...]:
    step, furthest = one.examined.step, one.examined.diagnosis.furthest
    assert step is not None
    why = [f"behind by {one.lag}"] if one.lag else []
    why += [f"stored up to {furthest}"] if furthest is not None else []
    return (*_positions(one), f"→ {step.next_value}", "; ".join(why))


def _positions(one: Compared) -> tuple[str, str, str]:
    theirs = "-" if one.source is None else "?" if one.unseen else words.number(one.source.next_value)
    return display(one.sequence.sql), theirs, words.next_value(one.examined)


def state(one: Compared) -> str:
    """How a sequence stands beside the source, and what its next inserts will do."""
    parts = []
    if one.examined.ignored is not None:
        parts.append(f"ignored: {display(one.examined.ignored)}")
    if one.unseen:
        parts.append("source not seen")
    elif one.lag:
        parts.append("behind")
    elif one.lag is None and one.source is not None:
        parts.append("not compared")
    if one.examined.status != "ok" or not parts:
        parts.append(words.state(one.examined))
    return ", ".join(parts)


def _style(one: Compared) -> str:
    if one.examined.ignored is not None:
        return "faint"
    if one.left_behind:
        return "out_of_sync"
    return "unknown" if one.unseen else one.examined.status


def _notes(one: Compared, *, verbose: bool) -> list[tuple[str, str]]:
    notes = [(each, "") for each in one.differences]
    if one.source is not None and one.source.how != "name":
        notes.append((f"goes on from {one.source.sequence.sql} ({_HOW[one.source.how]})", ""))
    for why in (one.unseen, one.examined.refused):
        if why is not None:
            notes += [(why.reason, ""), (why.remedy, "faint")]
    if one.remark:
        notes.append((one.remark, ""))
    if one.examined.step is None:
        for found in words.telling(one.examined, verbose=verbose):
            notes += [(f"{found.code}  {found.message}", ""), (found.hint, "faint")]
    return [(text, style) for text, style in notes if text]


_HOW: Final = {"map": "as laid down", "column": "it feeds the same column"}


def _names(sequences: tuple[Sequence, ...], limit: int | None) -> str:
    names = [display(sequence.sql) for sequence in sequences[:limit]]
    more = len(sequences) - len(names)
    return ", ".join(names) + (f" and {more} more" if more else "")
