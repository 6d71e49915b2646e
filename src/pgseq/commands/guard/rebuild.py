"""A sequence dropped and made anew under its name in one transaction, with all that belonged to it. Pure.

An identity column's sequence cannot be an existing one, and cannot be let go: ADD GENERATED … AS IDENTITY creates it,
DROP IDENTITY drops it (PostgreSQL documentation, ALTER TABLE). So the position is read when nextval() is locked out,
put aside, and set again; and what has to be the same before and after is compared before COMMIT.
"""

from __future__ import annotations

from pgseq.commands.guard.blocks import block
from pgseq.commands.guard.rows import ColumnRow, DefaultRow, SequenceExtras
from pgseq.core.locks import LOCK, locking
from pgseq.model.limits import Limits
from pgseq.model.sequences import Feed, Sequence
from pgseq.sql import load
from pgseq.sql.move import definition

#: How long to wait for the lock on a sequence, in milliseconds.
SEQUENCE_MS = 100


def rebuild(
    sequence: Sequence,
    feed: Feed,
    column: ColumnRow,
    extras: SequenceExtras,
    others: tuple[DefaultRow, ...],
    *,
    checks: tuple[str, ...],
    dropping: tuple[str, ...],
    creating: tuple[str, ...],
    limits: Limits,
    major: int,
) -> tuple[str, ...]:
    """The statements that take `sequence` away by `dismantling` and make it again by `building`.

    `checks` raise where it must not be done; `others` are the defaults of other columns that draw from it.
    """
    tables = dict.fromkeys((feed.table_sql, *(other.table_sql for other in others if other.owner == column.owner)))
    # Their owners must not be able to stall the writers of this table by a lock on theirs.
    of_others = dict.fromkeys(other.table_sql for other in others if other.owner != column.owner)
    names = {"literal": sequence.literal, "table": column.table_literal, "column": column.column_literal}
    kept = load("guard.kept", major, sequence=sequence.sql, **names)
    return (
        *locking(tuple(tables), limits, "ACCESS EXCLUSIVE"),
        *((f"{LOCK} {', '.join(of_others)} IN ACCESS EXCLUSIVE MODE NOWAIT",) if of_others else ()),
        # LOCK TABLE takes no sequence. This changes nothing, but from here on nextval() waits, whoever calls it.
        # Who has called it and now waits for the table must not wait until that is a deadlock (deadlock_timeout, 1 s).
        f"SET LOCAL lock_timeout = {min(limits.lock_ms, SEQUENCE_MS)}",
        f"ALTER SEQUENCE {sequence.sql} OWNER TO {extras.owner}",
        *checks,
        block("guard.keep", major, kept=kept),
        # ONLY: what depends on the sequence is in `others` table by table, and what a table below has of its own stays.
        *(f"ALTER TABLE ONLY {one.table_sql} ALTER COLUMN {one.column_sql} DROP DEFAULT" for one in others),
        *dropping,
        *creating,
        block("guard.position", major, literal=sequence.literal),
        *_belongings(sequence, extras),
        *(
            f"ALTER TABLE ONLY {one.table_sql} ALTER COLUMN {one.column_sql} SET DEFAULT {one.expression}"
            for one in others
        ),
        block("guard.compare", major, kept=kept, literal=sequence.literal),
    )


def unchanged(sequence: Sequence, major: int) -> str:
    """The statement that raises where the definition of `sequence` is not what it was when it was read."""
    return block("guard.check_definition", major, literal=sequence.literal, definition=definition(sequence))


def options(sequence: Sequence) -> str:
    """The definition as CREATE SEQUENCE takes it, the data type left out."""
    return (
        f"START WITH {sequence.start} INCREMENT BY {sequence.increment} MINVALUE {sequence.min} "
        f"MAXVALUE {sequence.max} CACHE {sequence.cache} {'' if sequence.cycle else 'NO '}CYCLE"
    )


def _belongings(sequence: Sequence, extras: SequenceExtras) -> tuple[str, ...]:
    comment = () if extras.comment is None else (f"COMMENT ON SEQUENCE {sequence.sql} IS {extras.comment}",)
    privileges = () if extras.revoke is None else (extras.revoke, *extras.grants)
    return (*comment, *privileges)
