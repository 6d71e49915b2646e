"""Moving the sequence beyond the stored values would give up a large part of the values left.

## Problem

One stray id lies far above all others:

```sql
CREATE TABLE users (id serial PRIMARY KEY, name text);
INSERT INTO users (name) VALUES ('Ada'), ('Grace');
INSERT INTO users VALUES (2000000000, 'import');
```

The sequence will meet 2000000000 in the end. To move it beyond that id, as `setval(…, max(id))` does, gives up 93 % of
the values that an integer has left, and they do not come back.

## Why it happens

An id of a test, of another system, or mistyped; a range set apart for another site or for hand-made rows.

## Fix

pgseq does not do that unasked: the limit is `--max-jump` (10 % of the values left). Choose:

- The row is a mistake: delete it or give it another id. `SELECT * FROM users WHERE id = 2000000000` shows it.
- The row is right and the values below it are wanted: `pgseq fix -t public.users --into-gap` continues in the widest
  free stretch below it.
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

from pgseq.core.checks.wording import furthest, labels, rows, sentences
from pgseq.model.sequences import Diagnosis, Finding, Policy, Repair, Severity
from pgseq.names import command

CODE = "PGS005"
TITLE = "repair would give up much of the range"
SEVERITY: Severity = "warning"


def check(diagnosis: Diagnosis, policy: Policy) -> Finding | None:
    """Names the stray value, what the jump would cost, and the ways out."""
    repair = diagnosis.repair
    if repair is None or not repair.possible or repair.share <= policy.max_jump:
        return None
    holders, stray = furthest(diagnosis), diagnosis.furthest
    assert stray is not None
    return Finding(
        code=CODE,
        severity=SEVERITY,
        message=(
            f"moving {diagnosis.sequence.sql} beyond {stray}, stored in {labels(holders)}, "
            f"would give up {100 * repair.share:.3g} % of the values left"
        ),
        hint=sentences(
            (
                f"delete or renumber the row in {rows(holders, stray)}",
                f"or continue below it: {command('fix', holders[0].table_sql, '--into-gap')}",
                f"or give them up: {command('fix', holders[0].table_sql, '--max-jump', f'{_enough(repair)}%')}",
            )
        ),
    )


def _enough(repair: Repair) -> int:
    """The least whole percentage that allows the move."""
    return -(-100 * repair.skipped // repair.left)
