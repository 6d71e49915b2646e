"""Ids come into a fed column, or a sequence is set, in a way that the text does not show.

Data in another file (`COPY … FROM '/file'`, `\\copy`), ids from a query or a parameter, a `setval()` to something
computed, code that stores ids under a condition or in a loop, a `\\gexec` that says INSERT or COPY, a placeholder, a
default that computes with `nextval()`, a sequence that the files do not make, or a statement in the dump of a later
PostgreSQL that the grammar does not know.

## Bad

```sql
CREATE TABLE users (id serial PRIMARY KEY, name text);
COPY users FROM '/srv/import/users.csv' WITH (FORMAT csv);
```

## Good

```sql
CREATE TABLE users (id serial PRIMARY KEY, name text);
COPY users FROM '/srv/import/users.csv' WITH (FORMAT csv);
SELECT setval('users_id_seq', (SELECT max(id) FROM users));
```

## Limits

What code in another language than SQL and PL/pgSQL, a text that EXECUTE computes, a `\\gexec` or a statement that
cannot be read says of INSERT, COPY, UPDATE, setval(), RESTART and identity columns is taken as done.

PostgreSQL documentation: [Sequence Manipulation Functions](https://www.postgresql.org/docs/current/functions-sequence.html)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pgseq.commands.lint.facts import APPENDS, LintedFile
from pgseq.commands.lint.model import LintFinding
from pgseq.commands.lint.notes import and_more
from pgseq.commands.lint.parse.pieces import Place
from pgseq.commands.lint.parse.placeholders import ANY, to_set
from pgseq.commands.lint.simulator.naming import label, written
from pgseq.model.diagnosis import Severity
from pgseq.model.hints import Hint, command

CODE = "PGL007"
TITLE = "cannot tell"
SEVERITY: Severity = "unknown"

_COMPUTED: Final = Hint(
    "its code computes the name; ", command("check"), " says where the sequences stand once it has run"
)


def check(file: LintedFile) -> Iterator[LintFinding]:
    """Names the statement that hides something."""
    for note, more in file.notes.not_read:
        message, hint = f"cannot tell what the statement does: {note.text}{and_more(more)}", "the statement is left out"
        yield LintFinding(code=CODE, severity=SEVERITY, place=note.place, message=message, hint=hint, more=more)
    for name, (place, count) in file.notes.unfilled.items():
        what = "the statement does" if count == 1 else f"{count:,} statements do"
        message, hint = f"cannot tell what {what}: {name} has no value", f"give it one: {to_set(name)}"
        yield LintFinding(code=CODE, severity=SEVERITY, place=place, message=message, hint=hint, more=count - 1)
    for linted in file.sequences:
        if linted.hidden is not None:
            event, what, subject = linted.hidden
            yield linted.finding(CODE, SEVERITY, event, f"cannot tell {what}", APPENDS, subject)
    hint = "compare it with the furthest value stored, and set the sequence in the file"
    for table, column, sequence, event in file.computed:
        name = written(*table, column)
        message = f"cannot tell whether {name} gets stored values again: its default computes with {label(sequence)}"
        yield LintFinding(code=CODE, severity=SEVERITY, place=event.place, message=message, hint=hint)
    yield from _in_which_table(file)


def _in_which_table(file: LintedFile) -> Iterator[LintFinding]:
    """Each reason once, at the first statement that it is true of."""
    by_reason: dict[str, list[Place]] = {}
    for event in file.dynamic_sql:
        places = by_reason.setdefault(event.hidden, [])
        if event.place not in places[-1:]:
            places.append(event.place)
    for reason, places in by_reason.items():
        hint: str = _COMPUTED
        if placeholder := ANY.search(reason):
            hint = f"give it one: {to_set(placeholder.group())}"
        more = len(places) - 1
        message = f"cannot tell in which table: {reason}{and_more(more)}"
        yield LintFinding(code=CODE, severity=SEVERITY, place=places[0], message=message, hint=hint, more=more)
