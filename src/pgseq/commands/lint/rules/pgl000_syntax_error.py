"""PostgreSQL's grammar does not take the statement. What follows it is read all the same.

A file that the server refuses half-way leaves its later statements, such as the closing `setval()`, undone.

## Bad

```sql
CREATE TABLE users (id serial PRIMARY KEY, name text;
```

## Good

```sql
CREATE TABLE users (id serial PRIMARY KEY, name text);
```

## Limits

The grammar is that of PostgreSQL 18, by the installed postgast. A statement of a later PostgreSQL or of another
database is not taken, either. Of a file of MySQL one finding is listed. Variables of psql's and placeholders are read
as names or values (docs/lint.md, "Folders and tools").

PostgreSQL documentation: [SQL Syntax](https://www.postgresql.org/docs/current/sql-syntax.html)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pgseq.commands.lint.facts import LintedFile
from pgseq.commands.lint.model import LintFinding
from pgseq.commands.lint.notes import and_more
from pgseq.model.diagnosis import Severity
from pgseq.names import excerpt

CODE = "PGL000"
TITLE = "syntax error"
SEVERITY: Severity = "error"
#: Before the text that follows the place of the error, to the end of the statement where a quote is not closed.
_NEAR: Final = ' at or near "'


def check(file: LintedFile) -> Iterator[LintFinding]:
    """Quotes the server's message, at the place of the error."""
    hint = "the statement is left out; the rest of the file was read"
    for note, more in file.notes.syntax_errors:
        what, near, rest = note.text.partition(_NEAR)
        message = excerpt(what) + (f'{_NEAR}{excerpt(rest.removesuffix(chr(34)))}"' if near else "")
        grammar = ": not PostgreSQL 18's grammar" if note.text.startswith("syntax error") else ""
        message += grammar + and_more(more)
        yield LintFinding(code=CODE, severity=SEVERITY, place=note.place, message=message, hint=hint, more=more)
