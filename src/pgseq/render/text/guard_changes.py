"""The plan of a guard before it is carried out, and what became of it: for people, and as a JSON document."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from pgseq.commands.guard.model import GuardItem, GuardReport
from pgseq.model.changes import Alteration, ResultStatus
from pgseq.model.reports import Unreachable
from pgseq.names import display, shell_words
from pgseq.render.text import ways
from pgseq.render.text.check import INDENT, SIGN, heading
from pgseq.render.text.plan import WHERE, script, statements
from pgseq.render.text.terminal import Columns, Terminal
from pgseq.render.writer import Detail

SIGNS: Final[dict[ResultStatus, tuple[str, str]]] = {
    "done": ("✓", "ok"),
    "unchanged": ("·", ""),
    "refused": ("!", "unknown"),
    "failed": ("✗", "out_of_sync"),
}
RESULT: Final = 2
#: Reverse scripts that are shown; the others are written to a file.
EXAMPLES: Final = 1


class ChangeTable:
    """Writes to `terminal`; `undo_file` is where the reverse script is, if it was written to a file.

    It may be set anew for each database, before its results are written.
    """

    def __init__(self, terminal: Terminal, detail: Detail, undo_file: Path | None) -> None:
        self._terminal = terminal
        self._detail = detail
        self.undo_file = undo_file
        self._planned = False

    def plan(self, report: GuardReport) -> None:
        """Write what would be done in one database."""
        self._planned = True
        heading(self._terminal, report.server)
        if not self._detail.quiet:
            self._left_out(report)
        if self._detail.verbose:
            statements(self._terminal, report.changes[: self._detail.limit])
        for change in report.changes[: self._detail.limit]:
            self._terminal.line((display(change.description), "head"))
            for label, text in (("lock", change.lock), ("effect", change.effect)):
                if text:
                    self._terminal.note(display(f"{label}: {text}"), indent=INDENT)
        self._terminal.line()
        left = sum(item.refused is not None for item in report.items)
        prospect = f"changes {len(report.changes):,}" + (f", refuses {left:,}" if left else "")
        self._terminal.line((prospect if self._detail.verbose else f"{prospect}; {WHERE}", "faint"))
        self._terminal.line()

    def database(self, report: GuardReport) -> None:
        """Write what became of one database, or would."""
        if self._planned and all(item.result is None for item in report.items):
            self._terminal.line(("Nothing was changed.", ""))
        else:
            if not (self._planned or self._detail.quiet):
                heading(self._terminal, report.server)
            self._results(report)
        self._planned = False

    def unreachable(self, database: Unreachable) -> None:
        """Nothing: its error has been written already."""

    def close(self) -> None:
        """Nothing follows the last database."""

    def _results(self, report: GuardReport) -> None:
        reported = [item for item in report.items if self._detail.verbose or item.left or _result(item) == "done"]
        shown = [item for item in reported if not self._detail.quiet or item.left][: self._detail.limit]
        rows = [(item.what, display(item.label), _result(item)) for item in shown]
        if rows:
            columns = Columns(self._terminal, rows, margin=SIGN)
            for item, cells in zip(shown, rows, strict=True):
                sign = SIGNS[_result(item)]
                columns.row(cells, {RESULT: sign[1]}, sign=sign)
                self._reason(item)
            self._terminal.line()
        done = _done(report)
        if done and self.undo_file is not None:
            self._terminal.line(("To undo: ", "faint"), (self._undoing(report), "command"))
        elif done:
            self._terminal.line(("To undo:", "faint"))
            for change in done[:EXAMPLES]:
                script(self._terminal, [change.description], change.undo)
            if len(done) > EXAMPLES:
                more = f"… {len(done) - EXAMPLES:,} more, --undo-file FILE writes all"
                self._terminal.line((self._terminal.own(more), "faint"))
                self._terminal.line()
        if not self._detail.quiet and not any(item.left or _result(item) == "done" for item in report.items):
            self._terminal.line(("Nothing to do.", ""))

    def _undoing(self, report: GuardReport) -> str:
        assert self.undo_file is not None
        return shell_words(("psql", "-X", *report.target, "-f", str(self.undo_file.absolute())))

    def done(self, report: GuardReport) -> str:
        """What was done and how to undo it, as plain text; empty for nothing."""
        changes = _done(report)
        if not changes:
            return ""
        descriptions = (f"done: {display(change.description)}" for change in changes)
        scripts = (line for change in reversed(changes) for line in change.undo.splitlines())
        undo = [f"To undo: {self._undoing(report)}"] if self.undo_file else ["To undo:", *map(display, scripts)]
        return "\n".join((*descriptions, *undo, ""))

    def _left_out(self, report: GuardReport) -> None:
        """Write what is refused, before anything is done."""
        refused = [item for item in report.items if item.refused is not None]
        for item in refused[: self._detail.limit]:
            self._terminal.line((f"! {item.what} of {display(item.label)}: refused", "unknown"))
            self._reason(item)
        if refused:
            self._terminal.line()

    def _reason(self, item: GuardItem) -> None:
        reason, hint = _why(item)
        if reason:
            self._terminal.note(display(reason), indent=INDENT)
        if hint:
            ways.write(self._terminal, hint, INDENT)


def changes(report: GuardReport) -> dict[str, Any]:
    """The fields of one database in the JSON document."""
    return {"changes": [_fields(item) for item in report.items]}


def _fields(item: GuardItem) -> dict[str, Any]:
    change = item.change
    reason, hint = _why(item)
    return {
        "what": item.what,
        "of": item.label,
        "sequence": item.sequence and item.sequence.sql,
        "description": change and change.description,
        "lock": change and change.lock,
        "effect": change and change.effect,
        "sql": change and change.sql,
        "undo": change and change.undo,
        "result": None if item.result is None and change is not None else _result(item),
        "reason": reason or None,
        "hint": hint or None,
    }


def state(item: GuardItem) -> str:
    """What became of an item, in a word; of one that was planned alone, that."""
    return "planned" if item.change is not None and item.result is None else _result(item)


def _done(report: GuardReport) -> list[Alteration]:
    return [item.change for item in report.items if item.change and item.result and item.result.status == "done"]


def _result(item: GuardItem) -> ResultStatus:
    """The status of an item; of one that was not run, what it would be."""
    if item.result is not None:
        return item.result.status
    return "refused" if item.refused is not None else "unchanged"


def _why(item: GuardItem) -> tuple[str, str]:
    why = item.result or item.refused
    return (item.remark, "") if why is None else (why.reason, why.hint)
