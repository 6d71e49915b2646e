"""The plan of a guard before it is carried out, and what became of it: for people, and as a JSON document."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from pgseq.commands.guard.model import Change, GuardItem, GuardReport, ResultStatus
from pgseq.model.reports import Unreachable
from pgseq.names import display, shell_words
from pgseq.render.text import words
from pgseq.render.text.plan import EXAMPLES
from pgseq.render.text.terminal import Columns, Terminal
from pgseq.render.writer import Detail

STYLES: Final[dict[ResultStatus, str]] = {"done": "ok", "unchanged": "", "refused": "unknown", "failed": "out_of_sync"}
HEAD: Final = ("Change", "Of", "Result")
RESULT: Final = 2
INDENT: Final = 4


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
        self._terminal.line((words.database(report.server), "faint"))
        self._terminal.line()
        for change in report.changes[: self._detail.limit]:
            self._terminal.line((display(change.description), "head"))
            for label, text in (("lock", change.lock), ("effect", change.effect)):
                if text:
                    self._terminal.note(display(f"{label}: {text}"), indent=INDENT)
        self._terminal.line()
        if not self._detail.quiet:
            self._left_out(report)
        self._examples([(change.description, change.sql) for change in report.changes], "--sql")

    def database(self, report: GuardReport) -> None:
        """Write what became of one database, or would."""
        if self._planned and all(item.result is None for item in report.items):
            self._terminal.line(("Nothing was changed.", ""))
        else:
            if not (self._planned or self._detail.quiet):
                self._terminal.line((words.database(report.server), "faint"))
                self._terminal.line()
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
            columns = Columns(self._terminal, [HEAD, *rows])
            columns.row(HEAD, default="head")
            for item, cells in zip(shown, rows, strict=True):
                columns.row(cells, {RESULT: STYLES[_result(item)]})
                self._reason(item)
            self._terminal.line()
        done = _done(report)
        if done and self.undo_file is not None:
            self._terminal.line((self._way_back(report), "faint"))
        elif done:
            self._terminal.line(("To undo:", "faint"))
            self._examples([(change.description, change.undo) for change in done], "--undo-file")
        if not self._detail.quiet and not any(item.left or _result(item) == "done" for item in report.items):
            self._terminal.line(("Nothing to do.", ""))

    def _way_back(self, report: GuardReport) -> str:
        assert self.undo_file is not None
        undoing = ("psql", "-X", *report.target, "-f", str(self.undo_file.absolute()))
        return f"To undo: {shell_words(undoing)}"

    def done(self, report: GuardReport) -> str:
        """What was done and how to undo it, as plain text; empty for nothing."""
        changes = _done(report)
        if not changes:
            return ""
        descriptions = (f"done: {display(change.description)}" for change in changes)
        scripts = (line for change in reversed(changes) for line in change.undo.splitlines())
        undo = [self._way_back(report)] if self.undo_file else ["To undo:", *map(display, scripts)]
        return "\n".join((*descriptions, *undo, ""))

    def _left_out(self, report: GuardReport) -> None:
        """Write what is refused, before anything is done."""
        refused = [item for item in report.items if item.refused is not None]
        for item in refused[: self._detail.limit]:
            self._terminal.line((f"{item.what} of {display(item.label)}: refused", "unknown"))
            self._reason(item)
        if refused:
            self._terminal.line()

    def _reason(self, item: GuardItem) -> None:
        reason, hint = _why(item)
        if reason:
            self._terminal.note(display(reason), indent=INDENT)
        if hint:
            self._terminal.hint(display(hint), indent=INDENT)

    def _examples(self, scripts: list[tuple[str, str]], option: str) -> None:
        for description, script in scripts[:EXAMPLES]:
            self._terminal.line((f"-- {display(description)}", "faint"))
            for line in script.splitlines():
                self._terminal.line((display(line), ""))
            self._terminal.line()
        if len(scripts) > EXAMPLES:
            self._terminal.line((f"… {len(scripts) - EXAMPLES} more, {option} FILE writes all", "faint"))
            self._terminal.line()


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


def _done(report: GuardReport) -> list[Change]:
    return [item.change for item in report.items if item.change and item.result and item.result.status == "done"]


def _result(item: GuardItem) -> ResultStatus:
    """The status of an item; of one that was not run, what it would be."""
    if item.result is not None:
        return item.result.status
    return "refused" if item.refused is not None else "unchanged"


def _why(item: GuardItem) -> tuple[str, str]:
    if item.result is not None:
        return item.result.reason, item.result.hint
    if item.refused is not None:
        return item.refused.reason, item.refused.hint
    return item.remark, ""
