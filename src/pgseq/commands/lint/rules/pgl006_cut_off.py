"""The dump is cut off: it has pg_dump's heading and not its closing line.

The `setval()` of each sequence stand behind all the data, so a dump that broke off (a full disk, a lost connection)
restores rows and leaves every sequence at its start.

## Bad

```sql
--
-- PostgreSQL database dump
--

CREATE TABLE users (id integer NOT NULL, name text);
COPY users (id, name) FROM stdin;
1	Ada
```

## Good

```sql
--
-- PostgreSQL database dump
--

CREATE TABLE users (id integer NOT NULL, name text);
COPY users (id, name) FROM stdin;
1	Ada
\\.

--
-- PostgreSQL database dump complete
--
```

PostgreSQL documentation: [pg_dump](https://www.postgresql.org/docs/current/app-pgdump.html)
"""

from __future__ import annotations

from pgseq.commands.lint.model import LintFinding
from pgseq.commands.lint.parse.pieces import Place
from pgseq.model.sequences import Severity

CODE = "PGL006"
TITLE = "cut off"
SEVERITY: Severity = "error"


def finding(place: Place, *, in_data: bool) -> LintFinding:
    """Says where the file ends; `in_data`: within COPY data."""
    message = "the file ends within COPY data" if in_data else "the dump ends without its closing line"
    return LintFinding(code=CODE, severity=SEVERITY, place=place, message=message, hint="make the dump anew")
