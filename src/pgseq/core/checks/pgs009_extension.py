"""The sequence belongs to an extension, so pgseq fix leaves it alone.

## Problem

What an extension made is the extension's to change: its scripts may expect the sequence as they left it, and a dump
carries neither the sequence nor its position, unless the extension asks for it.

## Why it happens

The sequence was made by CREATE EXTENSION, or joined to it later (`ALTER EXTENSION … ADD SEQUENCE`). If it is out of
sync after a restore, the extension most likely dumps the rows of its table and not the position of its sequence
(`pg_extension_config_dump()` was called for the one and not for the other).

```sql
-- in the extension's script:
SELECT pg_extension_config_dump('my_config', '');
SELECT pg_extension_config_dump('my_config_id_seq', '');
```

## Fix

If it is in sync: nothing. If it is out of sync, see whether a newer version of the extension repairs it
(`ALTER EXTENSION … UPDATE`), and report it to its maintainers. As a way out for now, move it by hand while nobody
writes, to the greatest stored value or beyond; `pgseq check`, `fix` and `explain` show the statement for yours:

```sql
SELECT pg_catalog.setval('my_config_id_seq', 42);
```

## When to ignore

Always, while it is in sync. The finding is for information and does not count.

PostgreSQL documentation: [Packaging Related Objects into an Extension](https://www.postgresql.org/docs/current/extend-extensions.html),
in it "Extension Configuration Tables"
"""

from __future__ import annotations

from pgseq.core.checks.alternatives import by_hand
from pgseq.model.diagnosis import Diagnosis, Finding, Policy, Severity

CODE = "PGS009"
TITLE = "belongs to an extension"
SEVERITY: Severity = "info"
OF_USUAL = False


def check(diagnosis: Diagnosis, policy: Policy) -> Finding | None:
    """Names the extension; where the sequence is out of sync, says how to move it by hand."""
    sequence = diagnosis.sequence
    if sequence.extension is None:
        return None
    return Finding(
        code=CODE,
        severity=SEVERITY,
        message=f"{sequence.sql} belongs to extension {sequence.extension}, which pgseq does not change",
        hint=by_hand(diagnosis, policy.max_jump),
    )
