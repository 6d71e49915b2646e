"""The next value of the sequence does not fit the type of a column that it feeds.

## Problem

The sequence goes on, the column cannot:

```sql
CREATE SEQUENCE ids START 2147483648;
CREATE TABLE t (id integer PRIMARY KEY DEFAULT nextval('ids'), name text);
INSERT INTO t (name) VALUES ('Ada');
-- ERROR:  integer out of range
```

The message names neither the table nor the column, and monitoring that compares the sequence with its own MAXVALUE
shows it as hardly used.

## Why it happens

CREATE SEQUENCE makes a bigint sequence unless told otherwise, and nothing compares its range with the column's type.
The same holds for `numeric(4,0)`, for a varchar that is too short, and for a default with a cast
(`nextval('ids')::integer`). PGS012 tells of it before it fails.

## Fix

```sql
ALTER TABLE t ALTER COLUMN id TYPE bigint;      -- rewrites the table under an ACCESS EXCLUSIVE lock
```

Columns that refer to it (foreign keys) need the wider type as well. If the sequence was only moved too far by mistake
and the ids below are free, put it back by hand while nobody writes; pgseq never moves a sequence backwards.

## When to ignore

Never, while rows are inserted by default.

PostgreSQL documentation: [Numeric Types](https://www.postgresql.org/docs/current/datatype-numeric.html),
[ALTER TABLE](https://www.postgresql.org/docs/current/sql-altertable.html)
"""

from __future__ import annotations

from pgseq.checks.wording import ends, sentences, wider_column
from pgseq.diagnosis import too_narrow
from pgseq.model import Diagnosis, Finding, Policy, Severity

CODE = "PGS003"
TITLE = "next value does not fit the column"
SEVERITY: Severity = "error"


def check(diagnosis: Diagnosis, policy: Policy) -> Finding | None:
    """Names the columns that cannot hold the next value."""
    sequence, narrow = diagnosis.sequence, too_narrow(diagnosis)
    if not narrow:
        return None
    return Finding(
        code=CODE,
        severity=SEVERITY,
        message=(
            f"the next INSERT fails: {sequence.sql} hands out {diagnosis.next_value}, "
            f"beyond the last value of {ends(sequence, narrow)}"
        ),
        hint=sentences(wider_column(sequence, feed) for feed in narrow),
    )
