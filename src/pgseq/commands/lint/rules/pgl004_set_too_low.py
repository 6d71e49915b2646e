"""setval() or RESTART puts a sequence before ids that are stored.

## Bad

```sql
CREATE TABLE users (id serial PRIMARY KEY, name text);
INSERT INTO users VALUES (1, 'Ada'), (7, 'Grace');
ALTER SEQUENCE users_id_seq RESTART WITH 3;
```

## Good

```sql
CREATE TABLE users (id serial PRIMARY KEY, name text);
INSERT INTO users VALUES (1, 'Ada'), (7, 'Grace');
ALTER SEQUENCE users_id_seq RESTART WITH 8;
```

`setval(…, n, false)` makes n itself the next value: `setval('users_id_seq', max(id), false)` is one too low.

PostgreSQL documentation: [Sequence Manipulation Functions](https://www.postgresql.org/docs/current/functions-sequence.html),
[ALTER SEQUENCE](https://www.postgresql.org/docs/current/sql-altersequence.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from pgseq.commands.lint.facts import LintedFile, where
from pgseq.commands.lint.model import LintFinding
from pgseq.model.diagnosis import Severity

CODE = "PGL004"
TITLE = "set too low"
SEVERITY: Severity = "error"


def check(file: LintedFile) -> Iterator[LintFinding]:
    """Blames the statement that set the sequence last."""
    for linted in file.sequences:
        event, collision, culprit = linted.blamed, linted.sequence.collision, linted.culprit
        if event is None or event.how not in ("setval", "restart", "drawn"):
            continue
        verb = "RESTART" if event.how == "restart" else "setval()"
        stored_by = collision.stored_by if collision else culprit[2] if culprit else event
        place = "" if stored_by.how == "found" else f" (stored in {where(stored_by, linted.file)})"
        yield linted.finding(CODE, SEVERITY, event, f"{verb} to a value too low: {linted.stored()}{place}")
