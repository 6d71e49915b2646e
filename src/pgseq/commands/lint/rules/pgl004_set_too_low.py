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

from pgseq.commands.lint.model import LintFinding
from pgseq.commands.lint.rules.case import Case, where
from pgseq.model.sequences import Severity

CODE = "PGL004"
TITLE = "set too low"
SEVERITY: Severity = "error"


def check(case: Case) -> LintFinding | None:
    """Blames the statement that set the sequence last."""
    event = case.blamed
    if event is None or event.how not in ("setval", "restart", "drawn"):
        return None
    verb = "RESTART" if event.how == "restart" else "setval()"
    collision = case.sequence.collision
    stored = collision.stored_by if collision else case.culprit[2] if case.culprit else event
    whence = "" if stored.how == "found" else f" (stored in {where(stored, case.file)})"
    return case.finding(CODE, SEVERITY, event, f"{verb} to a value too low: {case.stored()}{whence}", case.hint)
