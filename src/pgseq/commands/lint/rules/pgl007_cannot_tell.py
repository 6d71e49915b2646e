"""Ids come into a fed column, or a sequence is set, in a way that the text does not show.

Data in another file (`COPY … FROM '/file'`, `\\copy`), ids from a query or a parameter, a `setval()` to something
computed, a DO block or a `\\gexec` that says INSERT or COPY, a variable of psql's, or a sequence that the files do not
make.

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

The code of functions is not looked into. What a DO block says of INSERT, COPY, UPDATE, setval(), RESTART and identity
columns is taken as done; so is what a `\\gexec` says, or a statement that cannot be read.

PostgreSQL documentation: [Sequence Manipulation Functions](https://www.postgresql.org/docs/current/functions-sequence.html)
"""

from __future__ import annotations

from pgseq.commands.lint.model import LintFinding
from pgseq.commands.lint.parse.pieces import Place
from pgseq.commands.lint.rules.case import Case
from pgseq.commands.lint.simulator.events import Event
from pgseq.commands.lint.simulator.naming import label, written
from pgseq.model.sequences import Severity
from pgseq.names import excerpt

CODE = "PGL007"
TITLE = "cannot tell"
SEVERITY: Severity = "unknown"

#: Moves a sequence wherever the ids came from.
HINT = "pgseq lint --fix appends a setval() to what is stored"


def check(case: Case) -> LintFinding | None:
    """Names the statement that hides something."""
    if case.blamed is not None or case.diagnosis.status != "unknown":
        return None
    moved = case.sequence.moved
    unseen = next((h for h in case.ids_ahead if h.column.unseen is not None), None)
    if unseen is not None and unseen.column.unseen is not None:
        column, event = written(*unseen.table.key, unseen.column.name), unseen.column.unseen
        if event.how not in ("found", "drawn") and event.place.file == case.file:
            return _finding(case, event, f"what comes into {column}: {event.hidden}")
        # Rows that were there before: whoever moves the sequence, or makes it feed them, has to know them. What was
        # drawn is behind it as long as it only draws.
        last_changes = [one for one in case.last_changes(unseen.column) if case.is_later(one, event)]
        last_changes = [one for one in last_changes if event.how == "found" or one.how != "drawn"]
        if last_changes:
            return _finding(case, last_changes[-1], f"what {column} holds: {event.hidden}")
        if event.how != "drawn":
            return None
    stored = [h.furthest_by for h in case.ids_ahead if h.furthest_by]
    given = [one for one in stored if one.how not in ("drawn", "found")]
    name = label(case.sequence)
    # A draw leaves behind it what was stored by drawing; a step to nobody knows where may not.
    if moved is not None and moved.place.file == case.file and (given or (stored and moved.how != "drawn")):
        return _finding(case, moved, f"where {name} stands: {moved.hidden}")
    if not given:
        return None
    return _finding(case, given[0], f"where {name} stands: nothing in the files says so")


def variable(place: Place, text: str) -> LintFinding:
    """A statement with a variable of psql's, or a tool's `${…}`, which the grammar does not take."""
    what = "a variable of psql's" if text.startswith(":") else "a placeholder"
    return left_out(place, f"{excerpt(text)} is {what}")


def left_out(place: Place, why: str) -> LintFinding:
    """A statement that PostgreSQL would take, and that cannot be read."""
    message, hint = f"cannot tell what the statement does: {why}", "the statement is left out"
    return LintFinding(code=CODE, severity=SEVERITY, place=place, message=message, hint=hint)


def dynamic_sql(event: Event) -> LintFinding:
    """Code whose tables are computed."""
    message = f"cannot tell in which table: {event.hidden}"
    hint = "its code computes the name; pgseq check says where the sequences stand once it has run"
    return LintFinding(code=CODE, severity=SEVERITY, place=event.place, message=message, hint=hint)


def _finding(case: Case, event: Event, what: str) -> LintFinding | None:
    if event.place.file != case.file:
        return None
    return case.finding(CODE, SEVERITY, event, f"cannot tell {what}", HINT)
