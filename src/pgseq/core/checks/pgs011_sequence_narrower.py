"""The sequence ends long before the column that it feeds: its data type is narrower.

## Problem

```sql
CREATE TABLE users (id serial PRIMARY KEY, name text);
ALTER TABLE users ALTER COLUMN id TYPE bigint;
SELECT data_type, max_value FROM pg_sequences WHERE sequencename = 'users_id_seq';
--  integer | 2147483647
```

The column was made wide enough, often after an outage at 2147483647, and the sequence still ends there: the second
outage, at the same number, with `nextval: reached maximum value of sequence "users_id_seq" (2147483647)`.

## Why it happens

Since PostgreSQL 10 a sequence has a data type of its own, and `serial` makes it `AS integer`. ALTER COLUMN … TYPE
changes the sequence of an identity column, but not that of a serial column.

## Fix

```sql
ALTER SEQUENCE users_id_seq AS bigint;
```

It takes a moment, whatever the size of the table, and raises MAXVALUE as well where that was the greatest integer.

## When to ignore

When no more than 2147483647 values will ever be needed. A sequence with a MAXVALUE of its own choice is not reported.

PostgreSQL documentation: [ALTER SEQUENCE](https://www.postgresql.org/docs/current/sql-altersequence.html),
[Serial Types](https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-SERIAL)
"""

from __future__ import annotations

from pgseq.core.checks.wording import end, ends, plain, type_bound
from pgseq.model.diagnosis import Diagnosis, Finding, Policy, Severity
from pgseq.model.sequences import Feed, Sequence

CODE = "PGS011"
TITLE = "sequence narrower than its column"
SEVERITY: Severity = "warning"
OF_USUAL = False


def check(diagnosis: Diagnosis, policy: Policy) -> Finding | None:
    """Names the wider columns."""
    sequence = diagnosis.sequence
    if sequence.bound != type_bound(sequence):
        return None
    wide = [feed for feed in plain(sequence) if feed.kind == "integer" and _goes_on(sequence, feed)]
    if not wide:
        return None
    return Finding(
        code=CODE,
        severity=SEVERITY,
        message=(
            f"{sequence.sql} ends at {sequence.bound} as {sequence.data_type}, "
            f"before what it feeds: {ends(sequence, wide)}"
        ),
        hint=f"ALTER SEQUENCE {sequence.sql} AS bigint",
        brief=f"the sequence ends at {sequence.bound:,} as {sequence.data_type}, the column later",
    )


def _goes_on(sequence: Sequence, feed: Feed) -> bool:
    last = end(sequence, feed)
    return last is not None and (last > sequence.bound if sequence.ascending else last < sequence.bound)
