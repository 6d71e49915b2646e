"""With `--run`: the file was run on a throw-away database, and left a sequence behind the ids that are stored.

What `pgseq check` finds there once the file has run; nothing is guessed. It is shown at the statement that lint would
blame by its text, or else at the end of the file.

## Bad

```sql
CREATE TABLE users (id serial PRIMARY KEY, name text);
INSERT INTO users SELECT n, 'user ' || n FROM unnest(array[3, 1, 2]) AS n;
```

## Good

```sql
CREATE TABLE users (id serial PRIMARY KEY, name text);
INSERT INTO users SELECT n, 'user ' || n FROM unnest(array[3, 1, 2]) AS n;
SELECT setval('users_id_seq', (SELECT max(id) FROM users));
```

PostgreSQL documentation: [Sequence Manipulation Functions](https://www.postgresql.org/docs/current/functions-sequence.html)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pgseq.commands.lint.facts import APPENDS, LintedFile
from pgseq.commands.lint.model import LintFinding
from pgseq.model.diagnosis import Severity
from pgseq.model.hints import Hint

CODE = "PGL012"
TITLE = "out of sync once run"
SEVERITY: Severity = "error"

_HINT: Final[str] = Hint(APPENDS, ", or leave the ids to the default")


def check(file: LintedFile) -> Iterator[LintFinding]:
    """Names each sequence that the file has left behind, or of which that cannot be told."""
    if file.run is None:
        return
    for left in file.run.left_behind:
        key = (left.schema, left.name)
        place = file.places.get(key) or file.places.get(("", left.name)) or file.run.end
        severity, message, hint = SEVERITY, f"out of sync once the file has run: {left.what}", _HINT
        if left.unknown:
            severity, message, hint = "unknown", f"cannot tell where {left.what} stands: {left.unknown}", left.hint
        yield LintFinding(code=CODE, severity=severity, place=place, message=message, hint=hint, sequence=key)
