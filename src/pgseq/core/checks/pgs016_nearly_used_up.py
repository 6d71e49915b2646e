"""More than 80 % of the values that the sequence can hand out are used.

## Problem

Nothing fails yet. When the rest is used up, every INSERT fails: with `nextval: reached maximum value of sequence` where
the sequence ends first, with `integer out of range` where the column does.

```sql
SELECT nextval('users_id_seq');     -- 1800000000 of 2147483647
```

## Why it happens

The table has grown, or values were used up without rows: by inserts that fail or are rolled back, by
`INSERT … ON CONFLICT`, by CACHE, by a jump. Counted are the values from MINVALUE to the next one (MAXVALUE when
descending), against all up to what ends the run first: the sequence's own bound, the type or a CHECK of a fed column, a
column that refers to one by foreign key, or a limit that the configuration declares. `pgseq range` lists them, and says
how long the rest lasts.

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

`nearly_used_up = 0.9` in the configuration warns later. Ignore it when the numbers are given out slowly and the rest
lasts for years, or when START was chosen high on purpose. A sequence with CYCLE is not reported.

PostgreSQL documentation: [Serial Types](https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-SERIAL),
[ALTER TABLE](https://www.postgresql.org/docs/current/sql-altertable.html)
"""

from __future__ import annotations

from pgseq.core.checks.wording import NO_WIDER_TYPE, widening, wider, wider_limited
from pgseq.model.arithmetic import steps, used
from pgseq.model.diagnosis import Diagnosis, Finding, Policy, Severity
from pgseq.model.limits import ratio
from pgseq.model.obstacles import Obstacle
from pgseq.model.sequences import Sequence
from pgseq.names import plural

CODE = "PGS016"
TITLE = "nearly used up"
SEVERITY: Severity = "warning"


def check(diagnosis: Diagnosis, policy: Policy) -> Finding | None:
    """Says how many values are left."""
    sequence, following = diagnosis.sequence, diagnosis.next_value
    if following is None or sequence.cycle or diagnosis.status == "exhausted":
        return None
    # As it is written: 0.8 is four fifths, and bigint is beyond a float's precision.
    part, of = ratio(policy.nearly_used_up)
    if not (sequence.limits or diagnosis.declared):
        # Nothing ends it but its bound and its columns' types, and what is left until then is quickly counted.
        before = used(sequence, following)
        if before * of <= (before + steps(sequence, following, sequence.end) + 1) * part:
            return None
    left = diagnosis.left
    nearest = None if left is None else left.end
    if left is None or nearest is None:
        return None
    whole = left.before + nearest.values
    if left.before * of <= whole * part:
        return None
    percent = left.before * 100 // whole
    return Finding(
        code=CODE,
        severity=SEVERITY,
        message=(
            f"{sequence.sql} has used {percent} % of its values, "
            f"{plural(nearest.values, 'value')} left up to {nearest.last}{_of(nearest)}"
        ),
        brief=(
            f"{nearest.values:,} {'value' if nearest.values == 1 else 'values'} left up to "
            f"{nearest.last:,}{_of(nearest)} ({percent} % used)"
        ),
        hint=_hint(sequence, nearest),
    )


def _of(nearest: Obstacle) -> str:
    """Whose end it is, where that is not said by the last value of the sequence and its columns."""
    match nearest.kind:
        case "reference":
            return f", the last of {nearest.object} ({nearest.type}), which refers to it"
        case "check":
            return f", the last that the CHECK of {nearest.object} takes"
        case "declared":
            return f": {nearest.object}"
    return ""


def _hint(sequence: Sequence, nearest: Obstacle) -> str:
    if nearest.limit is not None:
        return widening([wider_limited(nearest.limit)])
    if nearest.kind == "declared":
        return "the limit is one of the configuration: make room where the values are used"
    return widening(wider(sequence, nearest.last + (1 if sequence.ascending else -1))) or NO_WIDER_TYPE
