"""The default of a column uses the sequence, but does not plainly store its value.

## Problem

```sql
CREATE SEQUENCE invoice_no;
CREATE TABLE invoices (no text PRIMARY KEY DEFAULT 'INV-' || nextval('invoice_no'));
```

Whether the next INSERT collides cannot be told by comparing the stored values with the sequence: `INV-7` is not 7.
pgseq does not guess and reports `unknown`. While the column holds no value there is nothing to compare: `ok`.

## Why it happens

The default is an expression (`nextval('s') + 1000`, `'INV-' || nextval('s')`, `to_char(nextval('s'), …)`). Casts to
smallint, integer, bigint, numeric, text and varchar are seen through; a cast that may shorten the value, such as
`varchar(3)`, is not. Or it is a function:

- whose text calls nextval() and holds the name of the sequence, or whose body (`BEGIN ATOMIC`) depends on it,
- which is given the sequence (`next_of('s'::regclass)`),
- of whatever kind, on a column that owns the sequence, unless it comes with the server or with an extension.

A function that makes up the name, or draws by way of another function, is not found: see PGS008.

## Fix

Compare by hand, with the expression turned round, as the hint does for the digits of a text:

```sql
SELECT max(substr(no, 5)::bigint) FROM invoices WHERE no ~ '^INV-[0-9]+$';
SELECT last_value, is_called FROM invoice_no;
```

Or store the plain number in the column and put the rest where it is shown, for instance in a generated column:

```sql
CREATE TABLE invoices (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    no text GENERATED ALWAYS AS ('INV-' || id) STORED
);
```

## When to ignore

When you know the expression and have compared by hand: `pgseq check --ignore PGS007`. Where a function gives back
the sequence's value as it is, let pgseq compare it: declare the feed in pgseq.toml or in the table `[tool.pgseq]` of
pyproject.toml.

```toml
feeds = [{ sequence = "public.invoice_no", column = "public.invoices.no" }]
```

PostgreSQL documentation: [Default Values](https://www.postgresql.org/docs/current/ddl-default.html),
[Generated Columns](https://www.postgresql.org/docs/current/ddl-generated-columns.html),
[Sequence Manipulation Functions](https://www.postgresql.org/docs/current/functions-sequence.html)
"""

from __future__ import annotations

from pgseq.core.checks.wording import sentences
from pgseq.model.diagnosis import Diagnosis, Finding, Policy, Severity
from pgseq.model.sequences import Feed, Problem, Sequence
from pgseq.names import excerpt

CODE = "PGS007"
TITLE = "default is not plainly the sequence's value"
SEVERITY: Severity = "unknown"
OF_USUAL = False


def check(diagnosis: Diagnosis, policy: Policy) -> Finding | None:
    """Names the columns and their defaults."""
    sequence = diagnosis.sequence
    pairs = zip(sequence.feeds, diagnosis.reading.stored, strict=True)
    feeds = [feed for feed, stored in pairs if feed.expression is not None and isinstance(stored, Problem)]
    if not feeds:
        return None
    defaults = ", ".join(f"{feed.label} (DEFAULT {excerpt(feed.expression or '')})" for feed in feeds)
    return Finding(
        code=CODE,
        severity=SEVERITY,
        message=f"{defaults} does not plainly store what {sequence.sql} hands out: not compared",
        hint=sentences(
            (
                _by_hand(sequence, feeds[0]),
                "then ignore it in [tool.pgseq], with the reason",
            )
        ),
    )


def _by_hand(sequence: Sequence, feed: Feed) -> str:
    """How to compare, with a statement where the type has one: the digits of a text, at the end that the default has
    them."""
    furthest = "max" if sequence.ascending else "min"
    value, turned = feed.column_sql, ", the expression turned round"
    if feed.kind == "text":
        digits = "^-?[0-9]+" if (feed.expression or "").lstrip("(").startswith("nextval(") else "[0-9]+$"
        value, turned = f"substring({value}::text FROM '{digits}')::numeric", ""
    if feed.kind == "other" or feed.is_view:
        return f"compare by hand with last_value of {sequence.sql}, the expression turned round"
    words = ("(SELECT", f"{furthest}({value})", "FROM", f"{feed.table_sql})", "AS stored, last_value, is_called FROM")
    return f"compare by hand{turned}: SELECT {' '.join(words)} {sequence.sql}"
