"""INSERT, UPDATE or MERGE stores ids that the column's sequence has still to hand out.

The first INSERT that leaves the column to its default then fails with `duplicate key value violates unique constraint`.

## Bad

```sql
CREATE TABLE users (id serial PRIMARY KEY, name text);
INSERT INTO users VALUES (1, 'Ada'), (2, 'Grace');
```

## Good

```sql
CREATE TABLE users (id serial PRIMARY KEY, name text);
INSERT INTO users (name) VALUES ('Ada'), ('Grace');
```

Or move the sequence afterwards:

```sql
CREATE TABLE users (id serial PRIMARY KEY, name text);
INSERT INTO users VALUES (1, 'Ada'), (2, 'Grace');
SELECT setval('users_id_seq', (SELECT max(id) FROM users));
```

A statement that draws the stored value before the sequence is moved fails whatever follows; that is said, too.

PostgreSQL documentation: [Sequence Manipulation Functions](https://www.postgresql.org/docs/current/functions-sequence.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from pgseq.commands.lint.facts import LintedFile
from pgseq.commands.lint.model import LintFinding
from pgseq.model.diagnosis import Severity

CODE = "PGL001"
TITLE = "explicit ids"
SEVERITY: Severity = "error"


def check(file: LintedFile) -> Iterator[LintFinding]:
    """Blames the statement that stored the furthest id."""
    for linted in file.sequences:
        event = linted.blamed
        if event is not None and event.how in ("insert", "update"):
            yield linted.finding(CODE, SEVERITY, event, f"explicit ids: {linted.stored()}")
