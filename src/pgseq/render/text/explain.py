"""Explanations: for people, and as a JSON document."""

from __future__ import annotations

import json
from typing import Any, Final, TextIO

from pgseq.commands.explain.model import Explanation, Verdict
from pgseq.names import display
from pgseq.render.json.document import FORMAT
from pgseq.render.text import ways
from pgseq.render.text.check import INDENT, SIGN, following, rest
from pgseq.render.text.terminal import Columns, Terminal
from pgseq.render.writer import Detail, by
from pgseq.version import __version__

#: The verdicts in words.
VERDICTS: Final[dict[Verdict, str]] = {
    "behind": "the sequence is behind",
    "was_behind": "the sequence was behind, and is not any more",
    "not_a_sequence": "not a sequence",
    "client_value": "not the sequence: the client supplied the value",
    "cached": "a stale block of cached values",
    "exhausted": "the sequence is used up",
    "column_too_narrow": "the column is too narrow for its sequence",
    "no_default": "the column has no default",
    "generated_always": "the column is GENERATED ALWAYS",
    "no_right": "a privilege is missing",
    "missing_sequence": "the sequence is missing",
    "in_sync": "in sync",
    "read_only": "the server takes no writes",
    "index_corrupt": "not the sequence: the index may be corrupt",
    "cannot_tell": "cannot tell",
}

HEAD: Final = ("Errors", "First", "Last", "Constraint or object", "Users", "Applications", "Verdict")
NUMBERS: Final = frozenset({0})
#: Where the errors are of several databases, the database's place in a row.
DATABASE: Final = 3
_SIGNS: Final = {"out_of_sync": "✗", "unknown": "?", "ok": "✓"}
#: Names listed of users and applications.
LISTED: Final = 3


class ExplanationText:
    """Writes explanations as texts; where they come from logs (`counted`), below a line of counts each."""

    def __init__(self, terminal: Terminal, detail: Detail, *, counted: bool) -> None:
        self._terminal = terminal
        self._detail = detail
        self._counted = counted

    def write(self, explanations: list[Explanation]) -> None:
        """Write explanations; none at all is said, too."""
        selected = [explanation for explanation in explanations if explanation.blames or not self._detail.quiet]
        if not selected:
            if not self._detail.quiet:
                self._terminal.line(("no error that a sequence could cause", "ok"))
            return
        listed = selected[: self._detail.limit]
        rows = [explanation for explanation in listed if self._counted and explanation.occurrences.count]
        if rows:
            self._listing(rows)
        for explanation in listed:
            if not self._counted or not explanation.occurrences.count:
                sign = self._terminal.own(_SIGNS[_style(explanation)])
                verdict = (f"{sign} {_verdict(explanation)}", _style(explanation))
                self._terminal.line(verdict, (_about(explanation), "head"))
                self._reasons(explanation)
        rest(self._terminal, selected, self._detail)

    def _listing(self, explanations: list[Explanation]) -> None:
        rows = [HEAD, *map(_cells, explanations)]
        if len({explanation.database for explanation in explanations}) > 1:
            names = ["Database", *(display(explanation.database or "-") for explanation in explanations)]
            rows = [(*row[:DATABASE], name, *row[DATABASE:]) for row, name in zip(rows, names, strict=True)]
        columns = Columns(self._terminal, rows, right=NUMBERS, margin=SIGN)
        columns.row(rows[0], default="head")
        for explanation, cells in zip(explanations, rows[1:], strict=True):
            style = _style(explanation)
            columns.row(cells, {len(cells) - 1: style}, sign=(_SIGNS[style], style))
            self._reasons(explanation)

    def _reasons(self, explanation: Explanation) -> None:
        for text in explanation.evidence:
            self._terminal.note(display(text), indent=INDENT)
        if explanation.next:
            listed = list(ways.ways(explanation.next))
            if len(listed) == 1 and not listed[0].label:
                following(self._terminal, listed[0].action)
            else:
                ways.write(self._terminal, explanation.next, INDENT)


def document(
    explanations: list[Explanation], unreachable: str | None = None, config: str | None = None
) -> dict[str, Any]:
    """The JSON document, described by docs/explain.schema.json; `config` is the configuration file that was read."""
    fields: dict[str, Any] = {"format": FORMAT, "pgseq": __version__} | by(config)
    fields["errors"] = [_fields(one) for one in explanations]
    return fields | ({"unreachable": unreachable} if unreachable else {})


def write_document(
    out: TextIO, explanations: list[Explanation], unreachable: str | None = None, config: str | None = None
) -> None:
    """Write the document, a line."""
    out.write(json.dumps(document(explanations, unreachable, config)) + "\n")


def _fields(explanation: Explanation) -> dict[str, Any]:
    sequence = explanation.sequence
    return {
        "sqlstate": explanation.sqlstate,
        "verdict": explanation.verdict,
        "message": explanation.message,
        "database": explanation.database,
        "constraint": explanation.constraint,
        "table": explanation.table,
        "columns": list(explanation.columns),
        "sequence": sequence and {"schema": sequence.schema, "name": sequence.name, "sql": sequence.sql},
        "count": explanation.occurrences.count,
        "first": explanation.occurrences.first,
        "last": explanation.occurrences.last,
        "users": list(explanation.occurrences.users),
        "applications": list(explanation.occurrences.applications),
        "evidence": list(explanation.evidence),
        "next": explanation.next or None,
        "besides": explanation.besides,
    }


def _about(explanation: Explanation) -> str:
    name = explanation.sequence.sql if explanation.sequence else explanation.constraint or explanation.table or ""
    return f": {display(name)}" if name else ""


def _cells(explanation: Explanation) -> tuple[str, ...]:
    occurrences = explanation.occurrences
    subject = (
        explanation.constraint
        or (explanation.sequence.sql if explanation.sequence else explanation.table)
        or display(explanation.message[:60])
    )
    return (
        f"{occurrences.count:,}",
        _short(occurrences.first),
        _short(occurrences.last),
        display(subject or "-"),
        _names(occurrences.users),
        _names(occurrences.applications),
        _verdict(explanation),
    )


def _verdict(explanation: Explanation) -> str:
    besides = f"; besides, {VERDICTS[explanation.besides]}" if explanation.besides else ""
    return VERDICTS[explanation.verdict] + besides


def _short(time: str | None) -> str:
    """A time stamp to the second."""
    return display(time[:19]) if time else "-"


def _names(names: tuple[str, ...]) -> str:
    more = f" +{len(names) - LISTED}" if len(names) > LISTED else ""
    return display(", ".join(names[:LISTED])) + more if names else "-"


def _style(explanation: Explanation) -> str:
    if explanation.blames:
        return "out_of_sync"
    return "unknown" if explanation.verdict == "cannot_tell" else "ok"
