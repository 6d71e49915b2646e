"""The sequence is out of sync and has CACHE: sessions go on handing out values that they took before any fix.

## Problem

```sql
CREATE SEQUENCE ids CACHE 50;
```

A session that calls nextval() takes 50 values at once and hands them out from its own memory. A fix moves the sequence
for everyone who asks it next. A session that still has 49 old values does not ask: its INSERTs go on failing until the
block is used up.

## Why it happens

CACHE saves work under many concurrent inserts. The block belongs to the session, and nobody else can take it away: not
setval(), not ALTER SEQUENCE, not a lock.

## Fix

Fix the sequence, then let the sessions forget their blocks. Each of them reconnects (restart the application, or
RECONNECT in the connection pool), or runs:

```sql
DISCARD SEQUENCES;      -- DISCARD ALL does it as well
```

A pool that runs DISCARD ALL between clients (pgbouncer in session mode, by default) needs nothing.

## When to ignore

When all sessions were closed during the fix.

PostgreSQL documentation: [CREATE SEQUENCE](https://www.postgresql.org/docs/current/sql-createsequence.html) (Notes),
[DISCARD](https://www.postgresql.org/docs/current/sql-discard.html)
"""

from __future__ import annotations

from pgseq.model.diagnosis import Diagnosis, Finding, Policy, Severity

CODE = "PGS010"
TITLE = "cached values outlive a fix"
SEVERITY: Severity = "warning"
OF_USUAL = False


def check(diagnosis: Diagnosis, policy: Policy) -> Finding | None:
    """Warns of old blocks in other sessions."""
    sequence = diagnosis.sequence
    if sequence.cache <= 1 or diagnosis.inserts_until_collision is None:
        return None
    return Finding(
        code=CODE,
        severity=SEVERITY,
        message=(
            f"{sequence.sql} has CACHE {sequence.cache}: after any fix, other sessions go on handing out "
            "the values that they took before"
        ),
        brief=f"CACHE {sequence.cache}: after any fix, other sessions go on with the values that they took before",
        hint="after the fix let them reconnect, or run DISCARD SEQUENCES in each",
    )
