"""`\\i` or `\\ir` reads another file, which is not followed.

## Bad

```sql
\\i data/users.sql
```

## Good

Give every file on the command line, in the order in which they are run: `pgseq lint schema.sql data/users.sql`.

PostgreSQL documentation: [psql](https://www.postgresql.org/docs/current/app-psql.html)
"""

from __future__ import annotations

from pgseq.lint.facts import Offence
from pgseq.lint.pieces import Command
from pgseq.model import Severity
from pgseq.names import display

CODE = "PGL009"
TITLE = "not followed"
SEVERITY: Severity = "info"

#: psql's commands that read another file.
READING = ("i", "include", "ir", "include_relative")


def offence(command: Command) -> Offence:
    """Names the other file."""
    message = f"{display(command.text)} is not followed"
    hint = "give the other file, too, in the order in which they are run"
    return Offence(code=CODE, severity=SEVERITY, place=command.place, message=message, hint=hint)
