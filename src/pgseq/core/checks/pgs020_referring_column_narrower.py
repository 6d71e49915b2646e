"""A column that refers to a fed one by foreign key ends before it: its type is narrower, or a CHECK of its own is.

## Problem

```sql
CREATE TABLE orders (id bigserial PRIMARY KEY);
CREATE TABLE items (order_id integer REFERENCES orders, sku text);
```

PostgreSQL accepts a foreign key from an `integer` column to a `bigint` one. When ids of `orders` pass 2147483647,
INSERT into `orders` goes on working, and INSERT into `items` fails with `integer out of range`: an error that names no
table, no column and no sequence. Whatever looks at `orders` sees a sequence that is hardly used.

## Why it happens

The key was widened to bigint, or made so by a framework's new default, and the columns that refer to it were not.
Columns that refer to those in turn, self-references (`parent_id`) and partitioned tables count as well, at any depth.

## Fix

The referring columns first, then what they refer to:

```sql
ALTER TABLE items ALTER COLUMN order_id TYPE bigint;    -- rewrites the table under an ACCESS EXCLUSIVE lock
```

[Widening](../widening.md) has the ways without an outage. `pgseq range` says how many values are left until then, and
how long they last.

## When to ignore

When the table will never come near that value. The finding is for information until the sequence has passed the end of
the referring column, and a warning from then on; it never changes the sequence's status. PGS016 warns when the end is
near.

PostgreSQL documentation: [Foreign Keys](https://www.postgresql.org/docs/current/ddl-constraints.html#DDL-CONSTRAINTS-FK),
[Numeric Types](https://www.postgresql.org/docs/current/datatype-numeric.html)
"""

from __future__ import annotations

from pgseq.core.checks.wording import sentences, widening, wider_limited
from pgseq.model.diagnosis import Diagnosis, Finding, Policy, Severity
from pgseq.model.obstacles import ColumnLimit, Left, Obstacle

CODE = "PGS020"
TITLE = "referring column narrower than the key"
SEVERITY: Severity = "info"
OF_USUAL = False

#: Columns named before the rest is counted.
NAMED = 5


def check(diagnosis: Diagnosis, policy: Policy) -> Finding | None:
    """Names the referring columns that end before the sequence and its own columns do."""
    # What is left is counted where a column refers to one that it feeds.
    left = diagnosis.left if diagnosis.sequence.limits else None
    narrow = [] if left is None else _narrow(left, diagnosis)
    if not narrow:
        return None
    onward = 1 if diagnosis.sequence.ascending else -1
    passed = any(obstacle.values == 0 for obstacle, _ in narrow)
    rest = [f"and {len(narrow) - NAMED} more"] if len(narrow) > NAMED else []
    return Finding(
        code=CODE,
        severity="warning" if passed else SEVERITY,
        message=sentences([*(_message(*pair, onward) for pair in narrow[:NAMED]), *rest]),
        hint=widening([*(wider_limited(limit) for _, limit in narrow[:NAMED]), *rest]),
    )


def _narrow(left: Left, diagnosis: Diagnosis) -> list[tuple[Obstacle, ColumnLimit]]:
    own = min((one.values for one in left.obstacles if one.kind in ("column", "check", "sequence")), default=None)
    return [
        (one, one.limit)
        for one in left.obstacles
        if one.kind == "reference" and one.limit is not None and (own is None or one.values < own)
    ]


def _message(obstacle: Obstacle, limit: ColumnLimit, onward: int) -> str:
    refers = f"{limit.label} ({limit.type}) refers to {limit.refers_to} ({limit.referred_type})"
    first = obstacle.last + onward
    fails = "its INSERT fails now" if obstacle.values == 0 else f"from {first} on its INSERT fails"
    check = f" by the CHECK {limit.constraint}" if limit.constraint else ""
    return f"{refers}: {fails}{check}, not that of {limit.referred_table}"
