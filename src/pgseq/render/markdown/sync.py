"""A table of a cut-over in GitHub's Markdown, for an issue or a log of the change."""

from __future__ import annotations

from typing import Final, TextIO

from pgseq.commands.sync import Comparison, Cutover
from pgseq.names import display
from pgseq.render.markdown.check import code, plain, undo
from pgseq.render.text import words
from pgseq.render.text.sync_words import HEAD, cells, doubts, heading, missing, notes, shown, sums, writers
from pgseq.render.writer import Detail

_HEAD: Final = f"| {' | '.join((*HEAD, 'Remarks'))} |\n|---|--:|--:|--:|---|---|\n"


class CutoverMarkdown:
    """Writes a heading, a table, the statements that undo what was moved and the sums to `out`."""

    def __init__(self, out: TextIO, detail: Detail) -> None:
        self._out = out
        self._detail = detail

    def database(self, cutover: Cutover) -> None:
        """Write how both stand, and what became of each sequence that needed something."""
        matter = {one.sequence.oid for one in shown(cutover, self._detail)}
        comparisons = [
            comparison
            for comparison in cutover.comparisons
            if comparison.sequence.oid in matter or comparison.report.applied is not None
        ]
        listed = comparisons[: self._detail.limit]
        self._out.write(f"### {plain(heading(cutover))}\n\n")
        if listed:
            self._out.write(_HEAD)
            self._out.writelines(self._row(one) for one in listed)
            self._out.write("\n")
        if len(comparisons) > len(listed):
            self._out.write(f"… and {len(comparisons) - len(listed)} more.\n\n")
        self._out.write(undo(cutover.target.server, (one.report for one in cutover.comparisons)))
        limit = self._detail.limit
        closing = () if self._detail.quiet else (*missing(cutover, limit), writers(cutover.source))
        texts = (*doubts(cutover, limit), *closing, sums(cutover))
        self._out.writelines(f"{plain(display(text))}\n\n" for text in texts)

    def _row(self, comparison: Comparison) -> str:
        name, *numbers, state = cells(comparison)
        applied = comparison.report.applied
        remarks = [
            f"{note.code} {each}".strip()
            for note in notes(comparison, verbose=self._detail.verbose)
            for each in (note.text, note.hint)
            if each
        ]
        row = (
            code(name),
            *numbers,
            plain(words.outcome(applied) if applied else state),
            "<br>".join(plain(display(text)) for text in remarks),
        )
        return f"| {' | '.join(row)} |\n"
