"""A comment `-- pgseq: ignore …` that does not say which code, or not why.

It stands in the statement's line, or in the line above: `-- pgseq: ignore PGL001 (reason)`; several codes with commas.
One without a reason is accepted, and told.

## Bad

```sql
CREATE TABLE users (id serial PRIMARY KEY, name text);
INSERT INTO users VALUES (1, 'Ada'); -- pgseq: ignore PGL001
```

## Good

```sql
CREATE TABLE users (id serial PRIMARY KEY, name text);
INSERT INTO users VALUES (1, 'Ada'); -- pgseq: ignore PGL001 (the application gives the ids)
```

PostgreSQL documentation: [SQL Syntax](https://www.postgresql.org/docs/current/sql-syntax-lexical.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from pgseq.commands.lint.facts import LintedFile
from pgseq.commands.lint.model import LintFinding
from pgseq.commands.lint.notes import and_more
from pgseq.model.diagnosis import Severity

CODE = "PGL010"
TITLE = "ignore comment"
SEVERITY: Severity = "info"


def check(file: LintedFile) -> Iterator[LintFinding]:
    """Says what is wrong with the comment."""
    hint = "write -- pgseq: ignore PGL001 (reason)"
    for note, more in file.notes.ignore_comments:
        message = note.text + and_more(more)
        yield LintFinding(code=CODE, severity=SEVERITY, place=note.place, message=message, hint=hint, more=more)
