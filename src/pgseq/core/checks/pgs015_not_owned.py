"""The column draws from the sequence, but does not own it.

## Problem

```sql
CREATE SEQUENCE order_no;
CREATE TABLE orders (no bigint PRIMARY KEY DEFAULT nextval('order_no'));
SELECT pg_get_serial_sequence('orders', 'no');      -- NULL
DROP TABLE orders;                                  -- order_no stays
```

Scripts and frameworks that look for sequences with pg_get_serial_sequence() pass it over, so it is left behind by
imports and resets; and so is TRUNCATE … RESTART IDENTITY, which resets owned sequences only. When the table is dropped
and made anew, the old sequence is still there with its old position.

## Why it happens

The sequence was made by hand. Or a migration tool made it so: CREATE SEQUENCE, then SET DEFAULT, and no OWNED BY.

## Fix

```sql
ALTER SEQUENCE order_no OWNED BY orders.no;
```

Sequence and table must be in one schema and have one owner. Nothing else changes, but the sequence will be dropped
along with the column.

## When to ignore

When several tables share the sequence, or when it has to outlive the table. The finding is for information and does not
count.

PostgreSQL documentation: [ALTER SEQUENCE](https://www.postgresql.org/docs/current/sql-altersequence.html),
[System Information Functions](https://www.postgresql.org/docs/current/functions-info.html) (pg_get_serial_sequence)
"""

from __future__ import annotations

from pgseq.core.checks.wording import labels
from pgseq.model.diagnosis import Diagnosis, Finding, Policy, Severity
from pgseq.model.sequences import Feed, Sequence

CODE = "PGS015"
TITLE = "not owned by the column it feeds"
SEVERITY: Severity = "info"
OF_USUAL = False


def check(diagnosis: Diagnosis, policy: Policy) -> Finding | None:
    """Names the columns that draw from a sequence which none of them owns."""
    sequence = diagnosis.sequence
    feeds = [feed for feed in sequence.feeds if feed.via == "default"]
    if not feeds or any(feed.owns for feed in sequence.feeds):
        return None
    return Finding(
        code=CODE,
        severity=SEVERITY,
        message=(
            f"{labels(feeds)} {'draws' if len(feeds) == 1 else 'draw'} from {sequence.sql} without owning it: "
            "DROP TABLE leaves it behind, and pg_get_serial_sequence() does not find it"
        ),
        hint=_hint(sequence, feeds),
    )


def _hint(sequence: Sequence, feeds: list[Feed]) -> str:
    if len(sequence.feeds) > 1:
        return "nothing to do while they share it on purpose; only one column can own a sequence"
    (feed,) = feeds
    if feed.is_view:
        return "nothing to do: a view owns no sequence; the column behind it may: ALTER SEQUENCE … OWNED BY"
    owned = f"OWNED BY {feed.label}"
    if feed.schema != sequence.schema:
        return f"if it may move to the schema of its table: ALTER SEQUENCE {sequence.sql} SET SCHEMA …, then {owned}"
    if sequence.owner != feed.owner:
        return f"ALTER SEQUENCE {sequence.sql} OWNER TO {feed.owner_name}; ALTER SEQUENCE {sequence.sql} {owned}"
    return f"ALTER SEQUENCE {sequence.sql} {owned}"
