"""Ids are stored beyond the position, between the values of the sequence: perhaps an application draws blocks of ids.

## Problem

An application may draw one value and store a whole block of ids around it: with INCREMENT 50, Hibernate's pooled
optimizer takes the 50 ids up to the value, and EF Core's hi/lo those from the value on. Each of them can collide, and
pgseq compares only the values themselves, as long as it is not told:

```sql
CREATE TABLE event (id bigint PRIMARY KEY, name text);
CREATE SEQUENCE event_seq INCREMENT BY 50;
INSERT INTO event SELECT g, 'imported' FROM generate_series(1, 1000) AS g;
SELECT nextval('event_seq');                        -- 1, and so on up to 951; the next one is 1001
INSERT INTO event VALUES (1001 - 49, 'new');        -- the first id of the block 952 to 1001
-- ERROR:  duplicate key value violates unique constraint "event_pkey"
-- DETAIL:  Key (id)=(952) already exists.
```

## Why it happens

Ids between the values of a sequence, at its position or beyond it, have one of these reasons:

- An application draws blocks, and rows were imported, or it is in the middle of a block that begins with the value.
- Another node gives them: with INCREMENT 2, one gives odd ids and the other even ones. Nothing is wrong then.
- The INCREMENT was changed, or rows brought their own ids, which the values of the sequence pass by.

Where no column is known to draw from the sequence, the keys with a name that goes with it are looked at: `orders` for
`orders_seq`, every table for `hibernate_sequence`, `sequence_generator` and `EntityFrameworkHiLoSequence`.

## Fix

Tell pgseq how ids are given out, in pgseq.toml or the table `[tool.pgseq]` of pyproject.toml. The hint has the line for
your tables; size and side in it are a guess (`"below"` is the safe one: a fix then goes beyond all ids, whichever way
they are given):

```toml
feeds = [
  { sequence = "public.event_seq", column = "public.event.id", block = 50, ids = "below" },
]
```

| application | block | ids |
|---|---|---|
| Hibernate, JPA `@SequenceGenerator` (the default, `pooled`) | `allocationSize`, 50 unless given | `"below"` |
| EclipseLink | `allocationSize` | `"below"` |
| Hibernate with `pooled-lo` or `pooled-lotl` | `allocationSize` | `"above"` |
| EF Core `UseHiLo()` | the sequence's INCREMENT, 10 unless given | `"above"` |
| one id for each value; another node gives the rest | `block = 1` | |

Then `check` counts every id of the blocks to come, `fix` moves to the first value whose block and all later ones are
free, `verify` proves the whole block, and `explain` knows its ids. Hibernate's legacy `hilo` multiplies the value,
which cannot be declared: use `pooled`.

A block larger than the INCREMENT overlaps the next one, and is reported as out of sync again and again: rightly, since
the application gives ids twice (`allocationSize` has to be the INCREMENT).

## When to ignore

When other nodes give the ids between. The finding does not count; `block = 1` says so for one sequence.

PostgreSQL documentation: [CREATE SEQUENCE](https://www.postgresql.org/docs/current/sql-createsequence.html) (INCREMENT)
"""

from __future__ import annotations

from pgseq.core.checks.wording import labels
from pgseq.core.declaration import blocks_to_declare, declaration, guess
from pgseq.model.arithmetic import further
from pgseq.model.diagnosis import Diagnosis, Finding, Policy, Severity
from pgseq.model.hints import Hint
from pgseq.model.sequences import Feed, Stored

CODE = "PGS019"
TITLE = "perhaps drawn in blocks"
SEVERITY: Severity = "warning"
OF_USUAL = False


def check(diagnosis: Diagnosis, policy: Policy) -> Finding | None:
    """Names the columns, both readings, and what to declare."""
    sequence, reading = diagnosis.sequence, diagnosis.reading
    pairs = zip(sequence.feeds, reading.stored, strict=True)
    between = [(feed, one.off_grid) for feed, one in pairs if isinstance(one, Stored) and one.off_grid is not None]
    if between:
        hint = Hint(blocks_to_declare(sequence, (feed.label for feed, _ in between)), "; if not, declare block = 1")
        return Finding(code=CODE, severity=SEVERITY, message=_between(diagnosis, between), hint=hint)
    likely = [
        (feed, value)
        for feed, one in zip(sequence.likely, reading.likely, strict=bool(reading.likely))
        if isinstance(one, Stored)
        for value in [further(sequence, [n for n in (one.furthest, one.off_grid) if n is not None])]
        if value is not None
    ]
    if not likely:
        return None
    declare = declaration(sequence, (feed.label for feed, _ in likely), guess(sequence))
    return Finding(
        code=CODE,
        severity=SEVERITY,
        message=(
            f"{_stored(diagnosis, likely)} beyond the position of {sequence.sql}, which no column is known to draw "
            "from: an application that fills them from it would come to these ids again"
        ),
        hint=f"if it does, which is a guess from the names, declare it in pgseq.toml: {declare}",
    )


def _between(diagnosis: Diagnosis, stored: list[tuple[Feed, int]]) -> str:
    sequence = diagnosis.sequence
    return (
        f"{_stored(diagnosis, stored)} beyond the position of {sequence.sql}, between its values "
        f"(INCREMENT {sequence.increment}): either another node gives them, and nothing is wrong, or the application "
        "draws one value for a block of ids, and its next block may hold some of them"
    )


def _stored(diagnosis: Diagnosis, stored: list[tuple[Feed, int]]) -> str:
    furthest = further(diagnosis.sequence, [value for _, value in stored])
    way = "up to" if diagnosis.sequence.ascending else "down to"
    return f"ids {way} {furthest} are stored in {labels(feed for feed, _ in stored)},"
