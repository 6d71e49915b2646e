"""A column ends long before the sequence that feeds it: its type is narrower.

## Problem

```sql
CREATE SEQUENCE ids;                                                    -- bigint, up to 9223372036854775807
CREATE TABLE t (id integer PRIMARY KEY DEFAULT nextval('ids'), name text);
```

The column is full at 2147483647. The sequence knows nothing of it and goes on, and INSERT fails with
`integer out of range`, an error that names no table, no column and no sequence. Monitoring that compares the sequence
with its own MAXVALUE sees it as hardly used until that day.

Worse, an identity column does not fail: it keeps the lowest bits of the value and stores 2147483648 as -2147483648,
without a word.

## Why it happens

CREATE SEQUENCE makes a bigint sequence unless told otherwise. Dumps of servers before PostgreSQL 10, where every
sequence was bigint, bring such sequences to the serial columns of today. The sequence of an identity column has the
column's type, until somebody alters it (`ALTER SEQUENCE … AS bigint`).

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

from collections.abc import Iterator

from pgseq.core.checks.wording import end, ends, plain, sentences, wider_column, wrapped, wraps
from pgseq.model.diagnosis import Diagnosis, Finding, Policy, Severity
from pgseq.model.sequences import Feed, Sequence

CODE = "PGS012"
TITLE = "column narrower than its sequence"
SEVERITY: Severity = "info"
OF_USUAL = False


def check(diagnosis: Diagnosis, policy: Policy) -> Finding | None:
    """Names the narrower columns."""
    sequence = diagnosis.sequence
    narrow = [feed for feed in plain(sequence) if not feed.holds(sequence.bound)]
    if not narrow:
        return None
    return Finding(
        code=CODE,
        severity=SEVERITY,
        message=sentences(_coming(sequence, narrow)),
        hint=sentences(wider_column(sequence, feed) + _sooner(sequence, feed) for feed in narrow),
    )


def _coming(sequence: Sequence, narrow: list[Feed]) -> Iterator[str]:
    """What INSERT will do to the columns."""
    beyond = f"{sequence.sql} goes on to {sequence.bound}, beyond the last value of"
    if failing := [feed for feed in narrow if not wraps(feed)]:
        yield f"{beyond} {ends(sequence, failing)}: INSERT will fail there, and not nextval()"
    for feed in filter(wraps, narrow):
        value = _last(sequence, feed) + (1 if sequence.ascending else -1)
        yield (
            f"{beyond} {ends(sequence, (feed,))}: INSERT will not fail there, "
            f"but store other values: {value} as {wrapped(feed, value)}"
        )


def _sooner(sequence: Sequence, feed: Feed) -> str:
    """What lets nextval() fail where the column would not."""
    if not wraps(feed):
        return ""
    bound = "MAXVALUE" if sequence.ascending else "MINVALUE"
    return f", or let nextval() fail there: ALTER SEQUENCE {sequence.sql} {bound} {_last(sequence, feed)}"


def _last(sequence: Sequence, feed: Feed) -> int:
    last = end(sequence, feed)
    assert last is not None
    return last
