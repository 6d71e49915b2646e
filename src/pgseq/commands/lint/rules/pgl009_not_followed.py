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

from collections.abc import Iterator
from pathlib import Path

from pgseq.commands.lint.facts import LintedFile
from pgseq.commands.lint.model import LintFinding
from pgseq.commands.lint.notes import and_more
from pgseq.commands.lint.parse.pieces import PsqlCommand
from pgseq.model.diagnosis import Severity
from pgseq.names import excerpt

CODE = "PGL009"
TITLE = "not followed"
SEVERITY: Severity = "unknown"


def check(file: LintedFile) -> Iterator[LintFinding]:
    """Names the other file."""
    for command, more in file.notes.not_followed:
        severity: Severity = "info" if _is_given(command, file.makers.resolved) else SEVERITY
        message = f"{excerpt(command.text)} is not followed{and_more(more)}"
        hint = "give the other file, too, in the order in which they are run"
        yield LintFinding(code=CODE, severity=severity, place=command.place, message=message, hint=hint, more=more)


def _is_given(command: PsqlCommand, all_files: frozenset[Path]) -> bool:
    """Whether the command line names the other file too; the folder in which psql will run is not known."""
    name = command.text.partition(command.words[0])[2].strip().strip("'\"")
    try:
        return any(path.resolve() in all_files for path in (Path(name), Path(command.place.file).parent / name))
    except (OSError, ValueError, RuntimeError):
        return False  # No name of a file, or a link in a circle.
