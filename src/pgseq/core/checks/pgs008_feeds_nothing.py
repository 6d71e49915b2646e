"""No column draws from the sequence, so there is nothing that it could collide with.

## Problem

None by itself: pgseq counts the sequence as ok. But if an application or a trigger calls nextval() on it and stores
the result, pgseq does not know the column, and nothing is compared.

## Why it happens

- The table is gone and the sequence was left behind, since no column owned it (PGS015).
- The default was dropped or points to another sequence, and this one is not owned.
- The column that owns it has a default by now that cannot draw from it (`gen_random_uuid()`, a constant). Such a column
  is not compared; one without any default is, since its ids must come from somewhere.
- The ids are given out by application code (`SELECT nextval('order_no')`, an ORM such as Hibernate), by a trigger or a
  function.
- It numbers something that is not stored in one column: batches, file names.

```sql
SELECT nextval('order_no');
INSERT INTO orders (no) VALUES (42);
```

## Fix

If it fills a column, let the column own it, so that PostgreSQL and all tools know (and the sequence is dropped along
with the column):

```sql
ALTER SEQUENCE order_no OWNED BY orders.no;
```

Or tell only pgseq, in pgseq.toml or the table `[tool.pgseq]` of pyproject.toml:

```toml
feeds = [{ sequence = "public.order_no", column = "public.orders.no" }]
```

An application that draws one value for a block of ids (Hibernate, EF Core) needs `block` and `ids` as well: see PGS019.

If nothing uses it: `DROP SEQUENCE order_no`.

## When to ignore

When it numbers something that no column holds. The finding is for information and does not count.

PostgreSQL documentation: [CREATE SEQUENCE](https://www.postgresql.org/docs/current/sql-createsequence.html),
[ALTER SEQUENCE](https://www.postgresql.org/docs/current/sql-altersequence.html)
"""

from __future__ import annotations

from pgseq.core.declaration import declaration, guess
from pgseq.model.diagnosis import Diagnosis, Finding, Policy, Severity
from pgseq.model.hints import Hint, either, page

CODE = "PGS008"
TITLE = "feeds no column"
SEVERITY: Severity = "info"
OF_USUAL = False


def check(diagnosis: Diagnosis, policy: Policy) -> Finding | None:
    """Says that there is nothing to compare with."""
    sequence = diagnosis.sequence
    if sequence.feeds:
        return None
    columns = [feed.label for feed in sequence.likely]
    line = declaration(sequence, columns, guess(sequence)) if columns else ""
    declare = f"declare it in pgseq.toml, if this guess from the names is right: {line}" if line else "declare it"
    return Finding(
        code=CODE,
        severity=SEVERITY,
        message=f"no column draws from {sequence.sql}: there is nothing to compare it with",
        hint=either(
            "if an application or a trigger fills a column from it, let that column own it: "
            f"ALTER SEQUENCE {sequence.sql} OWNED BY …",
            Hint(f"{declare} (", page(CODE), ")"),
        ),
    )
