"""An unlogged sequence feeds a table that is not unlogged: after a crash it starts anew, and the rows are still there.

## Problem

```sql
CREATE UNLOGGED SEQUENCE ids;
CREATE TABLE t (id bigint PRIMARY KEY DEFAULT nextval('ids'), name text);
```

After a crash of the server, after a failover to a standby or a restore from a base backup, the table has its rows and
the sequence stands at START: every INSERT by default fails with a duplicate key, until the sequence has come past all
of them.

## Why it happens

Changes of unlogged objects are not written to the WAL, so they cannot be recovered and do not reach a standby. The
sequence was made unlogged by hand, or the table became logged while the sequence, which it does not own, did not.

## Fix

```sql
ALTER SEQUENCE ids SET LOGGED;      -- PostgreSQL 15 and later, which alone have unlogged sequences
```

It keeps the position.

## When to ignore

Never, unless the rows may get lost as well. Then make the table UNLOGGED, too.

PostgreSQL documentation: [CREATE SEQUENCE](https://www.postgresql.org/docs/current/sql-createsequence.html) (UNLOGGED),
[ALTER SEQUENCE](https://www.postgresql.org/docs/current/sql-altersequence.html)
"""

from __future__ import annotations

from pgseq.core.checks.wording import labels
from pgseq.model.diagnosis import Diagnosis, Finding, Policy, Severity

CODE = "PGS017"
TITLE = "unlogged sequence of a permanent table"
SEVERITY: Severity = "warning"
OF_USUAL = False


def check(diagnosis: Diagnosis, policy: Policy) -> Finding | None:
    """Names the permanent columns."""
    sequence = diagnosis.sequence
    permanent = [feed for feed in sequence.feeds if feed.persistence == "p"]
    if sequence.persistence != "u" or not permanent:
        return None
    return Finding(
        code=CODE,
        severity=SEVERITY,
        message=(
            f"{sequence.sql} is unlogged, but feeds {labels(permanent)}, whose rows outlive a crash: "
            "it would start anew and be out of sync"
        ),
        hint=f"ALTER SEQUENCE {sequence.sql} SET LOGGED",
    )
