"""What `explain` says: for people, and as a JSON document."""

from __future__ import annotations

import json
from typing import Any, Final, TextIO

from pgseq.commands.explain.model import Explanation, Verdict
from pgseq.names import display
from pgseq.render.json.document import FORMAT
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
    "no_right": "a right is missing",
    "missing_sequence": "the sequence is missing",
    "read_only": "the server takes no writes",
    "index_corrupt": "not the sequence: the index may be corrupt",
    "cannot_tell": "cannot tell",
}

HEAD: Final = ("Errors", "First", "Last", "Constraint or object", "Users", "Applications", "Verdict")
NUMBERS: Final = frozenset({0})
#: Where the errors are of several databases, the database's place in a row.
DATABASE: Final = 3
INDENT: Final = 4
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
        shown = [one for one in explanations if one.blames or not self._detail.quiet]
        if not shown:
            if not self._detail.quiet:
                self._terminal.line(("no error that a sequence could cause", "ok"))
            return
        listed = shown[: self._detail.limit]
        rows = [one for one in listed if self._counted and one.seen.count]
        if rows:
            self._listing(rows)
        for one in listed:
            if not self._counted or not one.seen.count:
                self._terminal.line((VERDICTS[one.verdict], _style(one)), (_about(one), "head"))
                self._reasons(one)
        if len(shown) > len(listed):
            self._terminal.line((f"… {len(shown) - len(listed)} more", "faint"))

    def _listing(self, listed: list[Explanation]) -> None:
        rows = [HEAD, *map(_cells, listed)]
        if len({one.database for one in listed}) > 1:
            names = ["Database", *(display(one.database or "-") for one in listed)]
            rows = [(*row[:DATABASE], name, *row[DATABASE:]) for row, name in zip(rows, names, strict=True)]
        columns = Columns(self._terminal, rows, right=NUMBERS)
        columns.row(rows[0], default="head")
        for one, cells in zip(listed, rows[1:], strict=True):
            columns.row(cells, {len(cells) - 1: _style(one)})
            self._reasons(one)

    def _reasons(self, one: Explanation) -> None:
        for text in one.evidence:
            self._terminal.note(display(text), indent=INDENT)
        if one.next:
            self._terminal.note(display(one.next), "head", label="→", indent=INDENT)


def document(
    explanations: list[Explanation], unreachable: str | None = None, config: str | None = None
) -> dict[str, Any]:
    """The JSON document, described by docs/explain.schema.json; `config` is the configuration file that was read."""
    found: dict[str, Any] = {"format": FORMAT, "pgseq": __version__} | by(config)
    found["errors"] = [_fields(one) for one in explanations]
    return found | ({"unreachable": unreachable} if unreachable else {})


def write_document(
    out: TextIO, explanations: list[Explanation], unreachable: str | None = None, config: str | None = None
) -> None:
    """Write the document, a line."""
    out.write(json.dumps(document(explanations, unreachable, config)) + "\n")


def _fields(one: Explanation) -> dict[str, Any]:
    sequence = one.sequence
    return {
        "sqlstate": one.sqlstate,
        "verdict": one.verdict,
        "message": one.message,
        "database": one.database,
        "constraint": one.constraint,
        "table": one.table,
        "columns": list(one.columns),
        "sequence": sequence and {"schema": sequence.schema, "name": sequence.name, "sql": sequence.sql},
        "count": one.seen.count,
        "first": one.seen.first,
        "last": one.seen.last,
        "users": list(one.seen.users),
        "applications": list(one.seen.applications),
        "evidence": list(one.evidence),
        "next": one.next or None,
    }


def _about(one: Explanation) -> str:
    name = one.sequence.sql if one.sequence else one.constraint or one.table or ""
    return f": {display(name)}" if name else ""


def _cells(one: Explanation) -> tuple[str, ...]:
    seen = one.seen
    subject = one.constraint or (one.sequence.sql if one.sequence else one.table) or display(one.message[:60])
    return (
        str(seen.count),
        _short(seen.first),
        _short(seen.last),
        display(subject or "-"),
        _names(seen.users),
        _names(seen.applications),
        VERDICTS[one.verdict],
    )


def _short(time: str | None) -> str:
    """A time stamp to the second."""
    return display(time[:19]) if time else "-"


def _names(names: tuple[str, ...]) -> str:
    more = f" +{len(names) - LISTED}" if len(names) > LISTED else ""
    return display(", ".join(names[:LISTED])) + more if names else "-"


def _style(one: Explanation) -> str:
    if one.blames:
        return "out_of_sync"
    return "unknown" if one.verdict == "cannot_tell" else "ok"
