"""A column ends long before the sequence that feeds it: its type is narrower.

## Problem

```sql
CREATE SEQUENCE ids;                                                    -- bigint, up to 9223372036854775807
CREATE TABLE t (id integer PRIMARY KEY DEFAULT nextval('ids'), name text);
```

The column is full at 2147483647. The sequence knows nothing of it and goes on, and INSERT fails with
`integer out of range`, an error that names no table, no column and no sequence. Monitoring that compares the sequence
with its own MAXVALUE sees it as hardly used until that day.

## Why it happens

CREATE SEQUENCE makes a bigint sequence unless told otherwise. Dumps of servers before PostgreSQL 10, where every
sequence was bigint, bring such sequences to the serial columns of today.

## Fix

When the end is in sight (PGS016 warns at 80 %, counted by the column), widen the column:

```sql
ALTER TABLE t ALTER COLUMN id TYPE bigint;      -- rewrites the table under an ACCESS EXCLUSIVE lock
```

Or let the sequence end where the column does, so that the error names it and monitoring sees it:

```sql
ALTER SEQUENCE ids AS integer;
```

## When to ignore

When the table will never come near the column's limit. The finding is for information and does not count.

PostgreSQL documentation: [CREATE SEQUENCE](https://www.postgresql.org/docs/current/sql-createsequence.html),
[Numeric Types](https://www.postgresql.org/docs/current/datatype-numeric.html)
"""

from __future__ import annotations

from pgseq.checks.wording import ends, plain, sentences, wider_column
from pgseq.model import Diagnosis, Finding, Policy, Severity

CODE = "PGS012"
TITLE = "column narrower than its sequence"
SEVERITY: Severity = "info"


def check(diagnosis: Diagnosis, policy: Policy) -> Finding | None:
    """Names the narrower columns."""
    sequence = diagnosis.sequence
    narrow = [feed for feed in plain(sequence) if not feed.holds(sequence.bound)]
    if not narrow:
        return None
    return Finding(
        code=CODE,
        severity=SEVERITY,
        message=(
            f"{sequence.sql} goes on to {sequence.bound}, beyond the last value of {ends(sequence, narrow)}: "
            "INSERT will fail there, and not nextval()"
        ),
        hint=sentences(wider_column(sequence, feed) for feed in narrow),
    )
