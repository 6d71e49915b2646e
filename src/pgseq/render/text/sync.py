"""The tables of `sync`: how far each sequence is behind the source, the plan, and what became of each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from pgseq.commands.sync import Comparison, Cutover
from pgseq.names import display
from pgseq.render.text import ways, words
from pgseq.render.text.check import INDENT, SIGN, rest
from pgseq.render.text.fix import outcome
from pgseq.render.text.plan import WHERE, statements
from pgseq.render.text.sync_words import HEAD, cells, doubts, heading, missing, notes, positions, shown, sums, writers
from pgseq.render.text.terminal import Columns, Terminal
from pgseq.render.writer import Detail

PLAN_HEAD: Final = ("Sequence", "Next on source", "Next on target", "New", "Why")
NUMBERS: Final = frozenset({1, 2, 3})
#: What makes the cells of a row.
_Cells = Callable[[Comparison], tuple[str, ...]]
STATE: Final = 4


class CutoverTable:
    """Writes to `terminal`."""

    def __init__(self, terminal: Terminal, detail: Detail) -> None:
        self._terminal = terminal
        self._detail = detail

    def plan(self, cutover: Cutover) -> None:
        """Write what a sync would do."""
        self._heading(cutover)
        planned = [one for one in cutover.comparisons if one.report.step is not None]
        left = [one for one in shown(cutover, self._detail) if one.report.step is None]
        if left:
            self._listing(left)
        if self._detail.verbose:
            statements(
                self._terminal, (one.report.step.change for one in planned[: self._detail.limit] if one.report.step)
            )
        if planned:
            self._rows(PLAN_HEAD, planned, _plan_cells)
            self._terminal.line((_prospect(cutover, len(planned), verbose=self._detail.verbose), "faint"))
            self._terminal.line()

    def unchanged(self, cutover: Cutover) -> None:
        """Write, after a plan that was not carried out, the sums alone."""
        self._terminal.line(("Nothing was changed.", ""))
        self._rest(cutover)

    def database(self, cutover: Cutover) -> None:
        """Write how both stand, and what became of each sequence that needed something."""
        done = tuple(one.report for one in cutover.comparisons if one.report.applied is not None)
        rest = [one for one in shown(cutover, self._detail) if one.report.applied is None]
        if done or rest or doubts(cutover, self._detail.limit) or not self._detail.quiet:
            self._heading(cutover)
        if done:
            outcome(self._terminal, cutover.target.server, done, self._detail)
        if rest:
            self._listing(rest)
        self._rest(cutover)

    def _rest(self, cutover: Cutover) -> None:
        for text in doubts(cutover, self._detail.limit):
            self._terminal.note(text)
        if self._detail.quiet:
            return
        for text in missing(cutover, self._detail.limit):
            self._terminal.note(text)
        self._terminal.note(writers(cutover.source), "faint")
        self._terminal.line((sums(cutover), ""))

    def _heading(self, cutover: Cutover) -> None:
        self._terminal.line((self._terminal.own(heading(cutover)), "head"))
        self._terminal.line()

    def _listing(self, comparisons: list[Comparison]) -> None:
        self._rows(HEAD, comparisons, cells)

    def _rows(self, head: tuple[str, ...], comparisons: list[Comparison], row_of: _Cells) -> None:
        listed = comparisons[: self._detail.limit]
        rows = [row_of(one) for one in listed]
        columns = Columns(self._terminal, [head, *rows], right=NUMBERS, margin=SIGN)
        columns.row(head, default="head")
        for comparison, row in zip(listed, rows, strict=True):
            sign = _sign(comparison) if head is HEAD else ("", "")
            columns.row(row, {STATE: sign[1]}, sign=sign)
            for note in notes(comparison, verbose=self._detail.verbose):
                if note.text:
                    self._terminal.note(display(note.text), tail=note.code, indent=INDENT)
                if note.hint:
                    ways.write(self._terminal, note.hint, INDENT)
        rest(self._terminal, comparisons, self._detail)
        self._terminal.line()


def _plan_cells(comparison: Comparison) -> tuple[str, ...]:
    step, furthest = comparison.report.step, comparison.report.diagnosis.furthest
    assert step is not None
    why = [f"behind by {comparison.lag:,}"] if comparison.lag else []
    why += [f"stored up to {furthest:,}"] if furthest is not None else []
    return (*positions(comparison), f"→ {step.next_value:,}", "; ".join(why))


def _prospect(cutover: Cutover, moves: int, *, verbose: bool) -> str:
    """What a sync will do, what it will leave, and where the SQL is."""
    left = sum(one.report.step is None and (one.left_behind or words.wrong(one.report)) for one in cutover.comparisons)
    leaves = f", leaves {left:,}" if left else ""
    return f"moves {moves:,}{leaves}" + ("" if verbose else f"; {WHERE}")


def _sign(comparison: Comparison) -> tuple[str, str]:
    if comparison.left_behind:
        return "✗", "out_of_sync"
    return ("?", "unknown") if comparison.not_compared else words.sign(comparison.report)
