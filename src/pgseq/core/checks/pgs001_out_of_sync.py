"""A value that the sequence will still hand out is already stored in a column that it feeds.

## Problem

An INSERT that leaves the column to its default fails, and fails again:

```sql
CREATE TABLE users (id serial PRIMARY KEY, name text);
INSERT INTO users VALUES (1, 'Ada'), (2, 'Grace');   -- ids given: the sequence is not asked
INSERT INTO users (name) VALUES ('Edsger');          -- nextval() gives 1
-- ERROR:  duplicate key value violates unique constraint "users_pkey"
-- DETAIL:  Key (id)=(1) already exists.
```

Every failed INSERT uses up a value all the same, so the table "heals itself" after as many failures as there are
stored values in the way. The failure may also be ahead: with ids up to 3 and from 50 on, 46 inserts work and the next
one fails. Where no unique index is on the column alone (ids of a table partitioned by date, a key of tenant and id)
nothing may fail, and ids are stored twice: the message says so.

## Why it happens

A sequence does not look at the table. It knows the last value that it handed out, and moves only by `nextval()`,
`setval()` and `ALTER SEQUENCE … RESTART`. It falls behind when rows arrive with ids of their own:

- an import or a restore (`COPY`, `INSERT` with the id column, a dump cut off before its closing `setval()`),
- fixtures, seeds and test data with explicit ids, `OVERRIDING SYSTEM VALUE`,
- logical replication, which carries the rows and not the position of the sequences,
- a `setval()` or `RESTART` to a value that is too low.

An application may draw one value and store a whole block of ids around it (Hibernate, EF Core): where its feed is
declared with its `block` (PGS019), every id of the blocks to come counts, and the message names the block.

Only values that the sequence can still reach count: those from its next value on, on its grid (INCREMENT), up to its
bound and to what the column's type can hold. Ids behind it can never collide.

## Fix

Move it beyond the stored values:

```
pgseq fix -t public.users --dry-run -v  # shows the statements
pgseq fix -t public.users
```

Each sequence is moved in a short transaction of its own that locks the table against writers, since a `max()` read
while others insert is out of date at once. It never moves a sequence backwards, and prints the statement that undoes
each move: `setval()` is not undone by ROLLBACK.

Then stop the cause: let the default work (leave the column out, or write DEFAULT), or make the column
`GENERATED ALWAYS AS IDENTITY`, which refuses ids that are given.

## When to ignore

Never, while rows are inserted by default. A column that only ever gets ids from elsewhere needs no default at all:
`ALTER TABLE users ALTER COLUMN id DROP DEFAULT`.

PostgreSQL documentation: [Sequence Manipulation Functions](https://www.postgresql.org/docs/current/functions-sequence.html),
[CREATE SEQUENCE](https://www.postgresql.org/docs/current/sql-createsequence.html),
[Logical Replication: Restrictions](https://www.postgresql.org/docs/current/logical-replication-restrictions.html)
"""

from __future__ import annotations

from pgseq.core.checks.alternatives import by_hand
from pgseq.core.checks.wording import labels
from pgseq.core.consequence import colliding_block, consequence, nearest
from pgseq.model.arithmetic import steps
from pgseq.model.diagnosis import Diagnosis, Finding, Policy, Severity
from pgseq.model.hints import Hint, command, page
from pgseq.model.sequences import Feed
from pgseq.names import plural

CODE = "PGS001"
TITLE = "out of sync"
SEVERITY: Severity = "error"


def speaks(diagnosis: Diagnosis, policy: Policy) -> bool:
    """Whether an INSERT will collide."""
    return diagnosis.inserts_until_collision is not None


def check(diagnosis: Diagnosis, policy: Policy) -> Finding | None:
    """Says when INSERT fails, and on which value."""
    after = diagnosis.inserts_until_collision
    if after is None:
        return None
    feeds = nearest(diagnosis)
    does, block, where = consequence(diagnosis, feeds), colliding_block(diagnosis), labels(feeds)
    what = "block of ids" if block else "INSERT"
    if after == 0:
        when = f"the next {what} {does.one}"
    else:
        when = f"{'a ' if block else ''}{what} {does.one} after {plural(_before(diagnosis), 'more value')}"
    return Finding(
        code=CODE,
        severity=SEVERITY,
        message=(
            f"{when}: {diagnosis.sequence.sql} hands out {diagnosis.colliding}"
            + (f" for {block}, of which {diagnosis.nearest}" if block else ", which")
            + f" is already stored in {where}{does.reason}"
        ),
        hint=_hint(diagnosis, policy, feeds),
        brief=_brief(diagnosis, block, where),
    )


def _brief(diagnosis: Diagnosis, block: str, where: str) -> str:
    """Which value of a block is stored, and in which of several columns."""
    if block:
        return f"{diagnosis.colliding} stands for {block}, of which {diagnosis.nearest} is stored in {where}"
    return f"{diagnosis.nearest} is stored in {where}" if len(diagnosis.sequence.feeds) > 1 else ""


def _before(diagnosis: Diagnosis) -> int:
    """Values handed out before the first stored one."""
    assert diagnosis.next_value is not None
    assert diagnosis.colliding is not None
    return steps(diagnosis.sequence, diagnosis.next_value, diagnosis.colliding)


def _hint(diagnosis: Diagnosis, policy: Policy, feeds: tuple[Feed, ...]) -> str:
    repair = diagnosis.repair
    if diagnosis.sequence.extension is not None:
        return by_hand(diagnosis, policy.max_jump)
    if repair is None or not repair.possible:
        return Hint(page("PGS004"))
    if not repair.within(policy.max_jump):
        return Hint(page("PGS005"))
    return Hint(command("fix", feeds[0].table_sql))
