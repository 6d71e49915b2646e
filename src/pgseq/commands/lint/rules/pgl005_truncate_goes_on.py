"""TRUNCATE without RESTART IDENTITY, and rows behind it that count on ids from the start.

TRUNCATE lets sequences go on where they are. Loaded a second time, the rows get other ids than at first, and what
refers to 1, 2, 3 refers to nothing, or to the wrong row.

## Bad

```sql
CREATE TABLE users (id serial PRIMARY KEY, name text);
CREATE TABLE orders (id serial PRIMARY KEY, user_id int REFERENCES users (id));
TRUNCATE users, orders;
INSERT INTO users (name) VALUES ('Ada');
INSERT INTO orders (user_id) VALUES (1);
```

## Good

```sql
CREATE TABLE users (id serial PRIMARY KEY, name text);
CREATE TABLE orders (id serial PRIMARY KEY, user_id int REFERENCES users (id));
TRUNCATE users, orders RESTART IDENTITY;
INSERT INTO users (name) VALUES ('Ada');
INSERT INTO orders (user_id) VALUES (1);
```

PostgreSQL documentation: [TRUNCATE](https://www.postgresql.org/docs/current/sql-truncate.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from pgseq.commands.lint.facts import LintedFile
from pgseq.commands.lint.model import LintFinding
from pgseq.commands.lint.simulator.naming import label, written
from pgseq.model.diagnosis import Severity

CODE = "PGL005"
TITLE = "truncate goes on"
SEVERITY: Severity = "warning"


def check(file: LintedFile) -> Iterator[LintFinding]:
    """Blames the TRUNCATE."""
    hint = "TRUNCATE … RESTART IDENTITY"
    for counting in file.counting:
        column = written(*counting.table, counting.column)
        message = (
            f"TRUNCATE lets the ids of {label(counting.target)} go on, and {column} counts on {counting.value} anew"
        )
        yield LintFinding(code=CODE, severity=SEVERITY, place=counting.event.place, message=message, hint=hint)
