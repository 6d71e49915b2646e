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

An identity column does not even fail: it keeps the lowest bits of the value, in all versions. Wrong ids are stored
without a word, and after some time ones that are taken.

```sql
CREATE TABLE t (id smallint GENERATED ALWAYS AS IDENTITY, name text);
ALTER SEQUENCE t_id_seq AS bigint;
SELECT setval('t_id_seq', 32767);
INSERT INTO t (name) VALUES ('Ada') RETURNING id;      -- -32768
```

## Why it happens

CREATE SEQUENCE makes a bigint sequence unless told otherwise, and nothing compares its range with the column's type.
The same holds for `numeric(4,0)`, for a varchar that is too short, and for a default with a cast
(`nextval('ids')::integer`). The sequence of an identity column has the column's type, until somebody alters it. PGS012
tells of it before it fails.

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

from collections.abc import Iterator

from pgseq.core.checks.wording import ends, sentences, widening, wider_column, wrapped, wraps
from pgseq.core.consequence import block
from pgseq.core.diagnose import too_narrow
from pgseq.model.diagnosis import Diagnosis, Finding, Policy, Severity
from pgseq.model.sequences import Feed, Sequence

CODE = "PGS003"
TITLE = "next value does not fit the column"
SEVERITY: Severity = "error"


def check(diagnosis: Diagnosis, policy: Policy) -> Finding | None:
    """Names the columns that cannot hold the next value."""
    if diagnosis.status != "exhausted":
        return None
    sequence, narrow, value = diagnosis.sequence, too_narrow(diagnosis), diagnosis.next_value
    if not narrow or value is None:
        return None
    return Finding(
        code=CODE,
        severity=SEVERITY,
        message=sentences(_happening(sequence, narrow, value)),
        hint=widening(wider_column(sequence, feed) for feed in narrow),
    )


def _happening(sequence: Sequence, narrow: tuple[Feed, ...], value: int) -> Iterator[str]:
    """What the next INSERT does to the columns."""
    beyond = f"{sequence.sql} hands out {value}, beyond the last value of"
    if failing := [feed for feed in narrow if not (wraps(feed) or feed.in_blocks)]:
        yield f"the next INSERT fails: {beyond} {ends(sequence, failing)}"
    for feed in narrow:
        if feed.in_blocks:
            ids = f"{sequence.sql} hands out {value} for {block(sequence, feed, value)}"
            yield f"the next block of ids fails: {ids}, beyond the last value of {ends(sequence, (feed,))}"
    for feed in filter(wraps, narrow):
        yield f"the next INSERT stores {wrapped(feed, value)} instead of failing: {beyond} {ends(sequence, (feed,))}"
