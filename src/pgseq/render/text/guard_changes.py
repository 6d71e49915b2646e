"""The plan of a guard before it is carried out, and what became of it: for people, and as a JSON document."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from pgseq.commands.guard.model import Case, Change, Result, Round
from pgseq.names import display
from pgseq.render.text import words
from pgseq.render.text.plan import EXAMPLES
from pgseq.render.text.terminal import Columns, Terminal
from pgseq.render.writer import Detail, Unreachable

STYLES: Final[dict[Result, str]] = {"done": "ok", "unchanged": "", "refused": "unknown", "failed": "out_of_sync"}
HEAD: Final = ("Change", "Of", "Result")
RESULT: Final = 2
INDENT: Final = 4


class ChangeTable:
    """Writes to `terminal`; `undo_file` is where the reverse script is, if it was written to a file."""

    def __init__(self, terminal: Terminal, detail: Detail, undo_file: Path | None) -> None:
        self._terminal = terminal
        self._detail = detail
        self._undo_file = undo_file
        self._planned = False

    def plan(self, found: Round) -> None:
        """Write what would be done in one database."""
        self._planned = True
        self._terminal.line((words.database(found.server), "faint"))
        self._terminal.line()
        for change in _changes(found)[: self._detail.limit]:
            self._terminal.line((display(change.description), "head"))
            for label, text in (("lock", change.lock), ("effect", change.effect)):
                if text:
                    self._terminal.note(display(f"{label}: {text}"), indent=INDENT)
        self._terminal.line()
        if not self._detail.quiet:
            self._left_out(found)
        self._examples([(change.description, change.sql) for change in _changes(found)], "--sql")

    def database(self, found: Round) -> None:
        """Write what became of one database, or would."""
        if self._planned and all(case.done is None for case in found.cases):
            self._terminal.line(("Nothing was changed.", ""))
        else:
            if not (self._planned or self._detail.quiet):
                self._terminal.line((words.database(found.server), "faint"))
                self._terminal.line()
            self._results(found)
        self._planned = False

    def unreachable(self, one: Unreachable) -> None:
        """Nothing: its error has been written already."""

    def close(self) -> None:
        """Nothing follows the last database."""

    def _results(self, found: Round) -> None:
        told = [case for case in found.cases if self._detail.verbose or case.left or _result(case) == "done"]
        shown = [case for case in told if not self._detail.quiet or case.left][: self._detail.limit]
        rows = [(case.what, display(case.label), _result(case)) for case in shown]
        if rows:
            columns = Columns(self._terminal, [HEAD, *rows])
            columns.row(HEAD, default="head")
            for case, cells in zip(shown, rows, strict=True):
                columns.row(cells, {RESULT: STYLES[_result(case)]})
                self._reason(case)
            self._terminal.line()
        done = [case.change for case in found.cases if case.change and case.done and case.done.result == "done"]
        if done and self._undo_file is not None:
            self._terminal.line((f"To undo: psql -X -f {display(str(self._undo_file))}", "faint"))
        elif done:
            self._terminal.line(("To undo:", "faint"))
            self._examples([(change.description, change.undo) for change in done], "--undo-file")
        if not self._detail.quiet and not any(case.left or _result(case) == "done" for case in found.cases):
            self._terminal.line(("Nothing to do.", ""))

    def _left_out(self, found: Round) -> None:
        """Write what is refused, before anything is done."""
        refused = [case for case in found.cases if case.refused is not None]
        for case in refused[: self._detail.limit]:
            self._terminal.line((f"{case.what} of {display(case.label)}: refused", "unknown"))
            self._reason(case)
        if refused:
            self._terminal.line()

    def _reason(self, case: Case) -> None:
        reason, hint = _why(case)
        if reason:
            self._terminal.note(display(reason), indent=INDENT)
        if hint:
            self._terminal.note(display(hint), "faint", indent=INDENT)

    def _examples(self, scripts: list[tuple[str, str]], option: str) -> None:
        for description, script in scripts[:EXAMPLES]:
            self._terminal.line((f"-- {display(description)}", "faint"))
            for line in script.splitlines():
                self._terminal.line((display(line), ""))
            self._terminal.line()
        if len(scripts) > EXAMPLES:
            self._terminal.line((f"… {len(scripts) - EXAMPLES} more, {option} FILE writes all", "faint"))
            self._terminal.line()


def changes(found: Round) -> dict[str, Any]:
    """The fields of one database in the JSON document."""
    return {"changes": [_fields(case) for case in found.cases]}


def _fields(case: Case) -> dict[str, Any]:
    change = case.change
    reason, hint = _why(case)
    return {
        "what": case.what,
        "of": case.label,
        "sequence": case.sequence and case.sequence.sql,
        "description": change and change.description,
        "lock": change and change.lock,
        "effect": change and change.effect,
        "sql": change and change.sql,
        "undo": change and change.undo,
        "result": None if case.done is None and change is not None else _result(case),
        "reason": reason or None,
        "hint": hint or None,
    }


def _result(case: Case) -> Result:
    """What became of a case; of one that nothing was done about, what would."""
    if case.done is not None:
        return case.done.result
    return "refused" if case.refused is not None else "unchanged"


def _why(case: Case) -> tuple[str, str]:
    if case.done is not None:
        return case.done.reason, case.done.hint
    if case.refused is not None:
        return case.refused.reason, case.refused.hint
    return case.remark, ""


def _changes(found: Round) -> list[Change]:
    return [case.change for case in found.cases if case.change is not None]
