"""Moving the sequence beyond the stored values would give up a large part of the free values left.

## Problem

One stray id lies far above all others:

```sql
CREATE TABLE users (id serial PRIMARY KEY, name text);
INSERT INTO users (name) VALUES ('Ada'), ('Grace');
INSERT INTO users VALUES (2000000000, 'import');
```

The sequence will meet 2000000000 in the end. To move it beyond that id, as `setval(…, max(id))` does, gives up 93 % of
the free values that an integer has left, and they do not come back. What is stored costs nothing: a table with ids 1 to
9000 under a `smallserial` is repaired unasked, though that skips 27 % of the range.

## Why it happens

An id of a test, of another system, or mistyped; a range set apart for another site or for hand-made rows.

## Fix

pgseq does not do that unasked: the limit is `--max-jump` (10 % of the free values left). A value is free if it is
stored in none of the columns that the sequence feeds; the stored ones are counted where all that is skipped is more
than the limit. Where they cannot be counted in time, they pass as free, and the finding says "as much as". Choose:

- The row stands alone, and is a mistake: delete it or give it another id. `SELECT * FROM users WHERE id = 2000000000`
  shows it. (Of a run of ids no single row is to blame, and the finding does not say this.)
- The row is right, the values below it are wanted, and the sequence stands amid stored ids:
  `pgseq fix -t public.users --into-gap` continues in a free stretch below it (of a descending sequence: above it), the
  widest to which the way is within `--max-jump`. It never goes beyond the row.
- The sequence stands in such a stretch already, as here: there is nothing to move, and the finding says how many values
  are free there.
- The jump is right: `pgseq fix -t public.users --max-jump 94%`.
- The ids above belong to somebody else: say so in the sequence. `ALTER SEQUENCE users_id_seq MAXVALUE 1999999999`
  stops it before them, and they do not count any more.

## When to ignore

When the values left before the stray id last for good; the sequence stays out of sync by the definition (PGS001), and
`pgseq check` says how many inserts are left.

PostgreSQL documentation: [Sequence Manipulation Functions](https://www.postgresql.org/docs/current/functions-sequence.html),
[ALTER SEQUENCE](https://www.postgresql.org/docs/current/sql-altersequence.html)
"""

from __future__ import annotations

from pgseq.core.checks.alternatives import alternatives, price
from pgseq.core.checks.wording import labels
from pgseq.core.consequence import furthest
from pgseq.model.diagnosis import Diagnosis, Finding, Policy, Severity

CODE = "PGS005"
TITLE = "repair would give up much of the range"
SEVERITY: Severity = "warning"


def check(diagnosis: Diagnosis, policy: Policy) -> Finding | None:
    """Names the stray value, what the jump would cost, and the ways out."""
    repair = diagnosis.repair
    if repair is None or not repair.possible or repair.within(policy.max_jump):
        return None
    return Finding(
        code=CODE,
        severity=SEVERITY,
        message=(
            f"moving {diagnosis.sequence.sql} beyond {diagnosis.furthest}, stored in {labels(furthest(diagnosis))}, "
            f"{price(diagnosis, repair)}"
        ),
        hint=alternatives(diagnosis),
        brief=f"{'one id lies' if diagnosis.stray else 'ids lie'} far ahead: "
        f"going beyond {repair.last_value:,} {price(diagnosis, repair)}",
    )
