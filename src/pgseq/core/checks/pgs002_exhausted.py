"""nextval() has reached the bound of the sequence and fails.

## Problem

```sql
INSERT INTO users (name) VALUES ('Ada');
-- ERROR:  nextval: reached maximum value of sequence "users_id_seq" (2147483647)
```

No row can be inserted by default any more, until the sequence gets room. (A descending sequence: `reached minimum
value`.)

## Why it happens

The next value would lie beyond MAXVALUE (MINVALUE when descending), and the sequence does not CYCLE. A table with two
columns that draw from it takes two values for each row, and fails when one is left. `serial` ends at
2147483647, `smallserial` at 32767. Values are used up faster than rows are stored: by inserts that fail or are rolled
back, by `INSERT … ON CONFLICT`, by CACHE, by a large INCREMENT; and one stray `setval()` can use up all at once. After
`ALTER COLUMN id TYPE bigint` the sequence of a serial column still ends where integer ends: see PGS011.

## Fix

Give it room, the column first:

```sql
ALTER TABLE users ALTER COLUMN id TYPE bigint;      -- rewrites the table under an ACCESS EXCLUSIVE lock
ALTER SEQUENCE users_id_seq AS bigint;              -- at once; raises MAXVALUE as well
```

An identity column needs the first statement only, which alters its sequence, too. Columns that refer to it
(foreign keys) need the wider type as well. Where MAXVALUE was set by hand: `ALTER SEQUENCE users_id_seq NO MAXVALUE`.

As a stopgap on a large table, use the negative half of the type, if nothing stored or coded stands against it:

```sql
ALTER SEQUENCE users_id_seq MINVALUE -2147483648 RESTART WITH -2147483648;
```

Was it moved there by mistake (`SELECT max(id) FROM users` is far below)? Then put it back by hand, while nobody
writes: `SELECT setval('users_id_seq', max(id)) FROM users`. pgseq itself never moves a sequence backwards.

## When to ignore

When the bound is meant: a fixed set of numbers that has been given out.

PostgreSQL documentation: [CREATE SEQUENCE](https://www.postgresql.org/docs/current/sql-createsequence.html),
[ALTER SEQUENCE](https://www.postgresql.org/docs/current/sql-altersequence.html),
[Serial Types](https://www.postgresql.org/docs/current/datatype-numeric.html#DATATYPE-SERIAL)
"""

from __future__ import annotations

from pgseq.core.checks.wording import NO_WIDER_TYPE, widening, wider
from pgseq.model.arithmetic import runs_short, steps
from pgseq.model.diagnosis import Diagnosis, Finding, Policy, Severity
from pgseq.model.sequences import Position

CODE = "PGS002"
TITLE = "exhausted"
SEVERITY: Severity = "error"


def check(diagnosis: Diagnosis, policy: Policy) -> Finding | None:
    """Names the bound that nextval() has reached."""
    if diagnosis.status != "exhausted":
        return None
    position, sequence, value = diagnosis.reading.position, diagnosis.sequence, diagnosis.next_value
    if not isinstance(position, Position) or (value is not None and not runs_short(sequence, value)):
        return None
    bound = f"{'MAXVALUE' if sequence.ascending else 'MINVALUE'} {sequence.bound}"
    if value is None:
        message = (
            f"nextval() fails: {sequence.sql} has reached {position.last_value}, "
            f"and the next value would be beyond its {bound}"
        )
        brief = f"at {position.last_value:,}, and nothing is left up to its {bound}"
        missing = position.last_value + sequence.increment
    else:
        left = steps(sequence, value, sequence.bound) + 1
        message = (
            f"the next INSERT fails: it takes {sequence.draws} values, "
            f"and {sequence.sql} has {left} left up to its {bound}"
        )
        brief = f"an INSERT takes {sequence.draws} values, and {left} are left up to its {bound}"
        missing = value + left * sequence.increment
    return Finding(
        code=CODE,
        severity=SEVERITY,
        message=message,
        brief=brief,
        hint=widening(wider(sequence, missing)) or NO_WIDER_TYPE,
    )
