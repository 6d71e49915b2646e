"""The position of the sequence or the values of a column could not be read, so nothing is said about them.

## Problem

pgseq reports `unknown`, with the reason: a missing right, row-level security, a table locked by another session, a
query that took too long. Unknown is not ok, and `pgseq check` exits with 3.

## Why it happens

```sql
SELECT last_value FROM users_id_seq;
-- ERROR:  permission denied for sequence users_id_seq
```

- The role may not read the table or the sequence, or look into its schema.
- Row-level security is active for the role: `max(id)` would silently count only the rows that it may see, and a
  sequence that is behind would look healthy. pgseq reads with `row_security = off`, which turns that into an error.
- The column is a view's. Reading a view runs what its owner wrote, with the rights of whoever reads: pgseq does that
  only where you declare the feed. A view may not show every row, either.
- Another session holds an ACCESS EXCLUSIVE lock on the table (ALTER TABLE, VACUUM FULL, TRUNCATE).
- No index serves the column, and the table is larger than `--scan-limit`, or reading it took longer than
  `--statement-timeout`.

## Fix

Do what the hint says, for instance:

```sql
GRANT USAGE ON SCHEMA app TO monitor;
GRANT SELECT ON app.users TO monitor;
GRANT SELECT ON SEQUENCE app.users_id_seq TO monitor;
```

The predefined role pg_read_all_data (PostgreSQL 14 and later) has all of these rights. Against row-level security only
BYPASSRLS or the table's owner helps (not with FORCE ROW LEVEL SECURITY). A table that is locked can be looked at again
later. Where no index serves and `--scan-limit` was raised, `pgseq fix` reads the column again under its lock, which it
holds for a second at most: what takes longer wants the index, or `--lock none`.

## When to ignore

When the table is not yours to look at. Better leave it out with `-T`, so that it does not count as looked at.

PostgreSQL documentation: [Privileges](https://www.postgresql.org/docs/current/ddl-priv.html),
[Row Security Policies](https://www.postgresql.org/docs/current/ddl-rowsecurity.html),
[Explicit Locking](https://www.postgresql.org/docs/current/explicit-locking.html)
"""

from __future__ import annotations

from pgseq.core.checks.wording import sentences
from pgseq.model.diagnosis import Diagnosis, Finding, Policy, Severity
from pgseq.model.sequences import Problem

CODE = "PGS006"
TITLE = "could not look"
SEVERITY: Severity = "unknown"


def check(diagnosis: Diagnosis, policy: Policy) -> Finding | None:
    """Says what could not be read and how it could."""
    reading = diagnosis.reading
    feeds = zip(reading.sequence.feeds, reading.stored, strict=True)
    unseen = [seen for feed, seen in feeds if isinstance(seen, Problem) and feed.expression is None]
    if isinstance(reading.position, Problem):
        unseen.insert(0, reading.position)
    if not unseen:
        return None
    return Finding(
        code=CODE,
        severity=SEVERITY,
        message=sentences(one.reason for one in unseen),
        hint=sentences(one.hint for one in unseen),
    )
