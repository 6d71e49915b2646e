"""Which guard triggers a column has, and which tables of it need one. Pure."""

from __future__ import annotations

from pgseq.commands.guard.function import arguments, body
from pgseq.commands.guard.model import Inventory
from pgseq.commands.guard.rows import ColumnRow, Purpose, Trigger
from pgseq.model.sequences import Feed, Sequence


def targets(feed: Feed, column: ColumnRow) -> tuple[str, ...]:
    """The tables whose statements bring rows that count: an INSERT into a partition fires no trigger of its parent.

    Of an inheritance tree that draws from several sequences, those that draw from this one.
    """
    if feed.sources == (feed.table_sql,):
        return tuple(column.tree)
    return tuple(name for name in column.tree if f"ONLY {name}" in feed.sources)


def installed(inventory: Inventory, sequence: Sequence, feed: Feed) -> tuple[Trigger, ...]:
    """The guard triggers that a column has: those for its sequence, and for others on the tables that draw from it, and
    those of columns that are no more. A child that draws from a sequence of its own has a guard of its own."""
    column = inventory.columns.get((feed.relid, feed.column))
    if column is None:
        return ()
    own = targets(feed, column)

    def is_its_own(trigger: Trigger) -> bool:
        if trigger.purpose is None or trigger.table_sql not in column.tree:
            return False
        if not trigger.column_there:
            return feed == _successor(inventory, trigger, trigger.purpose)
        if trigger.purpose.column != feed.column:
            return False
        return trigger.purpose.sequence == sequence.sql or trigger.table_sql in own

    return tuple(filter(is_its_own, inventory.triggers))


def _successor(inventory: Inventory, trigger: Trigger, purpose: Purpose) -> Feed | None:
    """The one column that takes the place of a trigger's, which has another name since or was dropped: of those that
    feed its table the first that draws from the same sequence, or else the first."""
    there = [
        (report.sequence.sql, feed)
        for report, feed in inventory.feeds
        for column in [inventory.columns.get((feed.relid, feed.column))]
        if column is not None and trigger.table_sql in targets(feed, column)
    ]
    same = (feed for name, feed in there if name == purpose.sequence)
    return next(same, there[0][1] if there else None)


def intact(
    existing: tuple[Trigger, ...], sequence: Sequence, feed: Feed, column: ColumnRow, max_jump: float, major: int
) -> bool:
    """Whether the triggers of a column are exactly those that would be made now."""
    expected = body(sequence, feed, max_jump, major), arguments(sequence, feed, max_jump)
    return sorted(one.table_sql or "" for one in existing) == sorted(targets(feed, column)) and all(
        (one.body.strip(), one.arguments, one.enabled in ("O", "A"), one.hardened, one.agree, one.users)
        == (expected[0].strip(), expected[1], True, True, True, [])
        for one in existing
    )


def names_in_use(inventory: Inventory, existing: tuple[Trigger, ...]) -> frozenset[str]:
    """The functions that go on guarding something else: a table that had this one's name keeps what it has. And those
    of others, which cannot be dropped."""
    return frozenset(
        one.name
        for one in inventory.triggers
        if not one.owned_by_us or (one.table_sql is not None and one not in existing)
    )
