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

from collections.abc import Iterator

from pgseq.commands.lint.facts import LintedFile
from pgseq.commands.lint.model import LintFinding
from pgseq.model.diagnosis import Severity

CODE = "PGL006"
TITLE = "cut off"
SEVERITY: Severity = "error"


def check(file: LintedFile) -> Iterator[LintFinding]:
    """Shows where the file ends."""
    for note in file.notes.cut_off:
        yield LintFinding(code=CODE, severity=SEVERITY, place=note.place, message=note.text, hint="make the dump anew")
