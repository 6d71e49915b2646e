"""`\\i` or `\\ir` reads another file, which is not followed: what it does to a sequence cannot be told.

Information, where that file is given as well.

## Bad

```sql
\\i data/users.sql
```

## Good

Give every file on the command line, in the order in which they are run: `pgseq lint schema.sql data/users.sql`.

PostgreSQL documentation: [psql](https://www.postgresql.org/docs/current/app-psql.html)
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from pgseq.commands.lint.model import LintFinding
from pgseq.commands.lint.parse.pieces import Command
from pgseq.model.sequences import Severity
from pgseq.names import excerpt

CODE = "PGL009"
TITLE = "not followed"
SEVERITY: Severity = "unknown"

#: psql's commands that read another file.
READING = ("i", "include", "ir", "include_relative")


def finding(command: Command, given: Collection[Path]) -> LintFinding:
    """Names the other file; `given`: the files on the command line, resolved."""
    message = f"{excerpt(command.text)} is not followed"
    hint = "give the other file, too, in the order in which they are run"
    severity: Severity = "info" if _given(command, given) else SEVERITY
    return LintFinding(code=CODE, severity=severity, place=command.place, message=message, hint=hint)


def _given(command: Command, given: Collection[Path]) -> bool:
    try:
        return any(one.resolve() in given for one in _meant(command))
    except (OSError, ValueError, RuntimeError):
        return False  # No name of a file, or one that goes round in a circle.


def _meant(command: Command) -> tuple[Path, Path]:
    """The other file, seen from here and from the file that reads it: where psql will be started is not known."""
    name = command.text.partition(command.words[0])[2].strip().strip("'\"")
    return Path(name), Path(command.place.file).parent / name
