"""Ids come into a fed column, or a sequence is set, in a way that the text does not show.

Data in another file (`COPY … FROM '/file'`, `\\copy`), ids from a query or a parameter, a `setval()` to something
computed, code that stores ids under a condition or in a loop, a `\\gexec` that says INSERT or COPY, a placeholder, a
default that computes with `nextval()`, or a sequence that the files do not make.

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

from pgseq.commands.lint.facts import LintedFile
from pgseq.commands.lint.model import LintFinding
from pgseq.commands.lint.notes import and_more
from pgseq.commands.lint.simulator.naming import label, written
from pgseq.model.sequences import Severity

CODE = "PGL007"
TITLE = "cannot tell"
SEVERITY: Severity = "unknown"

#: The statement moves a sequence wherever its ids came from.
_HINT = "pgseq lint --fix appends a setval() to what is stored"


def check(file: LintedFile) -> Iterator[LintFinding]:
    """Names the statement that hides something."""
    for note, more in file.notes.not_read:
        message, hint = f"cannot tell what the statement does: {note.text}{and_more(more)}", "the statement is left out"
        yield LintFinding(code=CODE, severity=SEVERITY, place=note.place, message=message, hint=hint, more=more)
    for linted in file.sequences:
        if linted.hidden is not None:
            event, what = linted.hidden
            yield linted.finding(CODE, SEVERITY, event, f"cannot tell {what}", _HINT)
    hint = "compare it with the furthest value stored, and set the sequence in the file"
    for table, column, sequence, event in file.computed:
        name = written(*table, column)
        message = f"cannot tell whether {name} gets stored values again: its default computes with {label(sequence)}"
        yield LintFinding(code=CODE, severity=SEVERITY, place=event.place, message=message, hint=hint)
    hint = "its code computes the name; pgseq check says where the sequences stand once it has run"
    for event in file.dynamic_sql:
        message = f"cannot tell in which table: {event.hidden}"
        yield LintFinding(code=CODE, severity=SEVERITY, place=event.place, message=message, hint=hint)
