"""OVERRIDING SYSTEM VALUE stores ids that the identity column's sequence has still to hand out.

`GENERATED ALWAYS` refuses explicit ids so that this cannot happen; OVERRIDING SYSTEM VALUE says that it may.

## Bad

```sql
CREATE TABLE users (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text);
INSERT INTO users OVERRIDING SYSTEM VALUE VALUES (1, 'Ada'), (2, 'Grace');
```

## Good

```sql
CREATE TABLE users (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text);
INSERT INTO users OVERRIDING SYSTEM VALUE VALUES (1, 'Ada'), (2, 'Grace');
SELECT setval(pg_get_serial_sequence('users', 'id'), max(id)) FROM users;
```

PostgreSQL documentation: [INSERT](https://www.postgresql.org/docs/current/sql-insert.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from pgseq.commands.lint.facts import LintedFile
from pgseq.commands.lint.model import LintFinding
from pgseq.model.diagnosis import Severity

CODE = "PGL002"
TITLE = "overriding system value"
SEVERITY: Severity = "error"


def check(file: LintedFile) -> Iterator[LintFinding]:
    """Blames the statement that stored the furthest id."""
    for linted in file.sequences:
        event = linted.blamed
        if event is not None and event.how == "overriding":
            yield linted.finding(CODE, SEVERITY, event, f"OVERRIDING SYSTEM VALUE: {linted.stored()}")
