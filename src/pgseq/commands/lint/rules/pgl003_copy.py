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

from pgseq.commands.lint.model import LintFinding
from pgseq.commands.lint.rules.case import Case
from pgseq.model.sequences import Severity

CODE = "PGL003"
TITLE = "copied ids"
SEVERITY: Severity = "error"


def check(case: Case) -> LintFinding | None:
    """Blames the COPY that brought the furthest id."""
    event = case.blamed
    if event is None or event.how != "copy":
        return None
    return case.finding(CODE, SEVERITY, event, f"copied ids: {case.stored()}", case.hint)
