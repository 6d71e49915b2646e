"""A column's default names the sequence, but the owner of its table could not draw from it.

## Problem

None by itself: pgseq does not count the column. What is stored there moves no sequence, and a lock on that table stops
no repair. But where another role that may draw from the sequence inserts into the table, its default works, since
defaults run with the privileges of whoever inserts, and then the values stored there can collide.

```sql
CREATE TABLE reports (id int DEFAULT nextval('app.users_id_seq'::text));  -- by a role without USAGE on the sequence
INSERT INTO reports DEFAULT VALUES;
-- ERROR:  permission denied for sequence users_id_seq
```

## Why it happens

- A table was copied to, or made by, another role with `LIKE … INCLUDING DEFAULTS`.
- The owner of the table changed, and the privileges on the sequence did not come along.
- Somebody wants a sequence that is not his to be moved: pgseq, run by a superuser, would go beyond the ids in his
  table.

A table's owner could draw with USAGE or UPDATE on the sequence, as a member of the sequence's owner, or through a
function that is SECURITY DEFINER and whose owner could. Where the default names the sequence as text, USAGE on its
schema is needed as well.

## Fix

If the column is to draw from the sequence, say so on the server, or tell only pgseq, in pgseq.toml or the table
`[tool.pgseq]` of pyproject.toml:

```sql
GRANT USAGE ON SEQUENCE app.users_id_seq TO reporting;
```

```toml
feeds = [{ sequence = "app.users_id_seq", column = "reporting.reports.id" }]
```

If it is not: `ALTER TABLE reporting.reports ALTER COLUMN id DROP DEFAULT`.

## When to ignore

When nobody who may draw from the sequence inserts into that table. The finding does not count.

PostgreSQL documentation: [Privileges](https://www.postgresql.org/docs/current/ddl-priv.html),
[Sequence Manipulation Functions](https://www.postgresql.org/docs/current/functions-sequence.html)
"""

from __future__ import annotations

from pgseq.core.checks.wording import labels, sentences
from pgseq.model.diagnosis import Diagnosis, Finding, Policy, Severity
from pgseq.model.hints import Hint, page

CODE = "PGS018"
TITLE = "names the sequence, but may not draw from it"
SEVERITY: Severity = "warning"
OF_USUAL = False


def check(diagnosis: Diagnosis, policy: Policy) -> Finding | None:
    """Names the columns, and both remedies."""
    sequence = diagnosis.sequence
    feeds = sequence.unprivileged
    if not feeds:
        return None
    owners = sorted({feed.owner_name for feed in feeds})
    grants = [f"GRANT USAGE ON SEQUENCE {sequence.sql} TO {', '.join(owners)}"]
    if any(feed.via == "text-default" for feed in feeds):
        grants.insert(0, f"GRANT USAGE ON SCHEMA {sequence.schema_sql} TO {', '.join(owners)}")
    return Finding(
        code=CODE,
        severity=SEVERITY,
        message=(
            f"{labels(feeds)} names {sequence.sql} in its default, but the table's owner {', '.join(owners)} has no "
            "privilege to draw from it: not counted"
        ),
        hint=sentences((f"if it is to draw: {'; '.join(grants)}", Hint("or declare the feed (", page("PGS018"), ")"))),
    )
