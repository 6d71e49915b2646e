"""With `--run`: a statement could not be run on the throw-away database, so what it would have done is not known.

The server refused it, and its message says why: a role, an extension or a table of another file that is not there. Or
it was left out, because it is about the whole server (CREATE ROLE, CREATE DATABASE, ALTER SYSTEM), about a file or a
program (COPY … FROM '/file', `\\copy`), or about another database (`\\connect`): a run never touches another database.
What touches no sequence (owners, privileges, roles) is information.

## Bad

```sql
CREATE TABLE users (id serial PRIMARY KEY, name citext);
```

## Good

```sql
CREATE TABLE users (id serial PRIMARY KEY, name text);
```

PostgreSQL documentation: [PostgreSQL Error Codes](https://www.postgresql.org/docs/current/errcodes-appendix.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from pgseq.commands.lint.facts import LintedFile
from pgseq.commands.lint.model import LintFinding
from pgseq.commands.lint.notes import and_more
from pgseq.model.diagnosis import Severity
from pgseq.names import excerpt

CODE = "PGL013"
TITLE = "not run"
SEVERITY: Severity = "unknown"

_HINT = "what it would have done is not known; the rest of the file was run"


def check(file: LintedFile) -> Iterator[LintFinding]:
    """Quotes the server, at the statement."""
    for note, more in file.run.failures if file.run else ():
        severity: Severity = SEVERITY if note.counts or more else "info"
        message = f"not run: {excerpt(note.text)}{and_more(more)}"
        hint = _HINT if severity == SEVERITY else "it touches no sequence"
        yield LintFinding(code=CODE, severity=severity, place=note.place, message=message, hint=hint, more=more)
