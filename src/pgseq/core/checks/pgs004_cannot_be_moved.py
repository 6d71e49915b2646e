"""The sequence is out of sync, and there is no room beyond the stored values to move it to.

## Problem

A stored value sits at the very end of the range:

```sql
CREATE TABLE users (id serial PRIMARY KEY, name text);
INSERT INTO users (name) VALUES ('Ada'), ('Grace');
INSERT INTO users VALUES (2147483647, 'system');
```

The sequence will meet 2147483647 in the end, and the first value beyond it does not exist: it lies past MAXVALUE, or
does not fit the type of the column. `setval('users_id_seq', (SELECT max(id) FROM users))`, which every recipe proposes,
would turn a table that works for years to come into one in which no INSERT works at all.

## Why it happens

Somebody stored the greatest number there is: as a marker ("system user", "deleted"), in a test, by a client with a
number gone wrong. Or the range really is full.

## Fix

pgseq changes nothing here unasked. The finding says which of these helps:

- The row stands alone, and is a mistake or a marker: delete it or give it another id.
  `SELECT * FROM users WHERE id = 2147483647` shows it.
- The ids are all real: make room. `ALTER TABLE users ALTER COLUMN id TYPE bigint` (rewrites the table under an
  ACCESS EXCLUSIVE lock), then `ALTER SEQUENCE users_id_seq AS bigint`; an identity column needs the first only.
- The row has to stay, and the sequence stands amid stored ids: `pgseq fix -t public.users --into-gap` continues in a
  free stretch below it (of a descending sequence: above it), and this finding stays.
- The sequence stands in such a stretch already: there is nothing to move.

## When to ignore

When the row has to stay and the values left before it last for good: `pgseq check` says how many inserts that is.

PostgreSQL documentation: [ALTER SEQUENCE](https://www.postgresql.org/docs/current/sql-altersequence.html),
[ALTER TABLE](https://www.postgresql.org/docs/current/sql-altertable.html),
[Sequence Manipulation Functions](https://www.postgresql.org/docs/current/functions-sequence.html)
"""

from __future__ import annotations

from pgseq.core.checks.alternatives import alternatives
from pgseq.core.checks.wording import labels
from pgseq.core.consequence import furthest
from pgseq.model.diagnosis import Diagnosis, Finding, Policy, Severity

CODE = "PGS004"
TITLE = "cannot be repaired by moving"
SEVERITY: Severity = "error"


def check(diagnosis: Diagnosis, policy: Policy) -> Finding | None:
    """Names the stored value that leaves no room, and the ways out."""
    repair = diagnosis.repair
    if repair is None or repair.possible:
        return None
    return Finding(
        code=CODE,
        severity=SEVERITY,
        message=(
            f"{diagnosis.sequence.sql} cannot be moved beyond {diagnosis.furthest}, "
            f"stored in {labels(furthest(diagnosis))}: there is no room for {repair.next_value}"
        ),
        hint=alternatives(diagnosis),
        brief=f"there is no room beyond {repair.last_value:,}",
    )
