"""More than 80 % of the values that the sequence can hand out are used.

## Problem

Nothing fails yet. When the rest is used up, every INSERT fails: with `nextval: reached maximum value of sequence` where
the sequence ends first, with `integer out of range` where the column does.

```sql
SELECT nextval('users_id_seq');     -- 1800000000 of 2147483647
```

## Why it happens

The table has grown, or values were used up without rows: by inserts that fail or are rolled back, by
`INSERT … ON CONFLICT`, by CACHE, by a jump. Counted is the way from MINVALUE to the next value (MAXVALUE when
descending), against the way to MAXVALUE or to the last value that all fed columns can hold, whichever comes first.

## Fix

While there is time, without haste:

```sql
ALTER TABLE users ALTER COLUMN id TYPE bigint;      -- rewrites the table under an ACCESS EXCLUSIVE lock
ALTER SEQUENCE users_id_seq AS bigint;              -- not needed for an identity column
```

On a table too large for that lock: add a bigint column, fill it in batches with a trigger for new rows, and swap the
two in a short transaction. Columns that refer to it (foreign keys) need the wider type as well.

Is the table small and only the sequence far ahead? Then see who uses up the values (`INSERT … ON CONFLICT` takes one
for every row that it does not insert).

## When to ignore

When the numbers are given out slowly and the rest lasts for years, or when START was chosen high on purpose. A sequence
with CYCLE is not reported.

PostgreSQL documentation: [Serial Types](https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-SERIAL),
[ALTER TABLE](https://www.postgresql.org/docs/current/sql-altertable.html)
"""

from __future__ import annotations

from pgseq.core.checks.wording import NO_WIDER_TYPE, plain, widening, wider
from pgseq.model.arithmetic import limit, steps
from pgseq.model.diagnosis import Diagnosis, Finding, Policy, Severity
from pgseq.names import plural

CODE = "PGS016"
TITLE = "nearly used up"
SEVERITY: Severity = "warning"

#: More than this part of the way is too much, as a fraction of whole numbers: bigint is beyond a float's precision.
TOO_MUCH = (80, 100)


def check(diagnosis: Diagnosis, policy: Policy) -> Finding | None:
    """Says how many values are left."""
    sequence, value = diagnosis.sequence, diagnosis.next_value
    if value is None or sequence.cycle or diagnosis.status == "exhausted":
        return None
    last = limit(sequence, plain(sequence))
    used, whole = (
        (value - sequence.min, last - sequence.min)
        if sequence.ascending
        else (sequence.max - value, sequence.max - last)
    )
    part, of = TOO_MUCH
    if used * of <= whole * part:
        return None
    left = steps(sequence, value, last) + 1
    percent = used * 100 // whole
    return Finding(
        code=CODE,
        severity=SEVERITY,
        message=(f"{sequence.sql} has used {percent} % of its values, {plural(left, 'value')} left up to {last}"),
        brief=f"{left:,} {'value' if left == 1 else 'values'} left up to {last:,} ({percent} % used)",
        hint=widening(wider(sequence, last + (1 if sequence.ascending else -1))) or NO_WIDER_TYPE,
    )
