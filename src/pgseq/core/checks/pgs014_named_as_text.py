"""The default names the sequence as text, so nothing ties the column to it.

## Problem

```sql
CREATE TABLE orders (no bigint PRIMARY KEY DEFAULT nextval('order_no'::text));
SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = 'orders'::regclass;
--  nextval(('order_no'::text)::regclass)
```

The name is looked up at each INSERT. DROP SEQUENCE and ALTER SEQUENCE … RENAME go through, and the next INSERT fails
with `relation "order_no" does not exist`. Without a schema in the text, the search_path of whoever inserts decides
which sequence it is, and with two of that name rows get values of either. Most tools do not see that the column has a
sequence at all.

## Why it happens

The default was written with `::text`, or comes from a server before 8.1, where every nextval() worked like this.

## Fix

```sql
ALTER TABLE orders ALTER COLUMN no SET DEFAULT nextval('public.order_no'::regclass);
```

It takes effect at once and rewrites nothing. The same sequence goes on.

## When to ignore

When the default is meant to find another sequence for each search_path (a schema for each tenant).

PostgreSQL documentation: [Sequence Manipulation Functions](https://www.postgresql.org/docs/current/functions-sequence.html),
[Object Identifier Types](https://www.postgresql.org/docs/current/datatype-oid.html)
"""

from __future__ import annotations

from pgseq.core.checks.wording import labels, sentences
from pgseq.model.diagnosis import Diagnosis, Finding, Policy, Severity

CODE = "PGS014"
TITLE = "named only as text"
SEVERITY: Severity = "warning"
OF_USUAL = False


def check(diagnosis: Diagnosis, policy: Policy) -> Finding | None:
    """Names the columns whose default looks the sequence up by text."""
    sequence = diagnosis.sequence
    feeds = [feed for feed in sequence.feeds if feed.via == "text-default"]
    if not feeds:
        return None
    return Finding(
        code=CODE,
        severity=SEVERITY,
        message=(
            f"the default of {labels(feeds)} names {sequence.sql} as text: "
            "it may be renamed or dropped unnoticed, and search_path may lead elsewhere"
        ),
        hint=sentences(
            f"ALTER TABLE {feed.table_sql} ALTER COLUMN {feed.column_sql} "
            f"SET DEFAULT nextval({sequence.literal}::regclass)"
            for feed in feeds
            if feed.expression is None
        )
        or f"write {sequence.literal}::regclass in its place",
    )
