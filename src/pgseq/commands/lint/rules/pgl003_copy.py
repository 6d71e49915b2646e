"""COPY stores ids that the column's sequence has still to hand out.

pg_dump writes a `setval()` for each sequence behind the data. Where only parts of a dump are kept, or it was cut off,
the ids arrive and the sequence stays where it was.

## Bad

```sql
CREATE TABLE users (id serial PRIMARY KEY, name text);
COPY users (id, name) FROM stdin;
1	Ada
2	Grace
\\.
```

## Good

```sql
CREATE TABLE users (id serial PRIMARY KEY, name text);
COPY users (id, name) FROM stdin;
1	Ada
2	Grace
\\.
SELECT pg_catalog.setval('public.users_id_seq', 2, true);
```

PostgreSQL documentation: [COPY](https://www.postgresql.org/docs/current/sql-copy.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from pgseq.commands.lint.facts import LintedFile
from pgseq.commands.lint.model import LintFinding
from pgseq.model.diagnosis import Severity

CODE = "PGL003"
TITLE = "copied ids"
SEVERITY: Severity = "error"


def check(file: LintedFile) -> Iterator[LintFinding]:
    """Blames the COPY that stored the furthest id."""
    for linted in file.sequences:
        event = linted.blamed
        if event is not None and event.how == "copy":
            yield linted.finding(CODE, SEVERITY, event, f"copied ids: {linted.stored()}")
