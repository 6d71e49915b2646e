"""Ids may come into a table that the files do not make: whether a sequence feeds it is not known.

Said once for each table.

## Bad

```sql
INSERT INTO users (id, name) VALUES (1, 'Ada');
```

## Good

Give the file that makes the table first (`pgseq lint schema.sql data.sql`), or name a database that has it
(`pgseq lint -d app data.sql`). An INSERT without integers gives no id:

```sql
INSERT INTO users (name) VALUES ('Ada');
```

PostgreSQL documentation: [CREATE TABLE](https://www.postgresql.org/docs/current/sql-createtable.html)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pgseq.commands.lint.facts import LintedFile
from pgseq.commands.lint.model import LintFinding
from pgseq.commands.lint.simulator.naming import label
from pgseq.model.diagnosis import Severity
from pgseq.model.hints import Hint, command
from pgseq.names import display

CODE = "PGL008"
TITLE = "unknown table"
SEVERITY: Severity = "unknown"

_MAKE_IT: Final = Hint("give the file that makes it first, or name a database: ", command("lint", "", "-d", "DBNAME"))


def check(file: LintedFile) -> Iterator[LintFinding]:
    """Names each table and the first statement that stores ids there."""
    for table, event, live in file.unknown_tables:
        made = "it is no table of the database, nor made in the files" if live else "it is not made in the files"
        hint: str = _MAKE_IT
        if live:
            hint = "give the file that makes it first; if it is a view, name the table behind it"
        if later := file.makers.later(table[1], event.place.file):
            made = f"{display(later)}, which makes it, is read later"
            hint = "give the files in the order in which they are run"
        message = f"cannot tell whether a sequence feeds {label(table)}: {made}"
        yield LintFinding(code=CODE, severity=SEVERITY, place=event.place, message=message, hint=hint)
