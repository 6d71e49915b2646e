"""Why a column cannot become an identity column, and what its sequence would be. Pure."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from pgseq.commands.guard.model import Inventory, Parts
from pgseq.commands.guard.refuse import (
    AS_OWNER,
    extension_member,
    incomparable,
    not_in_sync,
    not_owner,
    too_many_locks,
)
from pgseq.commands.guard.rows import ColumnRow, DefaultRow, SequenceExtras
from pgseq.model.arithmetic import INTEGER_BITS
from pgseq.model.reports import SequenceReport
from pgseq.model.sequences import Feed, Problem, Refused, Sequence

#: Since this major the partitions of a table with an identity column have it, too.
ON_PARTITIONS: Final = 17


def obstacle(inventory: Inventory, report: SequenceReport, feed: Feed, parts: Parts) -> Problem | None:
    """Why a column cannot become an identity column; None where it can, or is one already."""
    column, extras = parts.column, parts.extras
    general = (
        extension_member(report)
        or _kind(column)
        or not_in_sync(report)
        or incomparable(feed)
        or _shape(report.sequence, feed, column)
        or too_many_locks(feed, inventory.server)
    )
    if general is not None or column.identity:
        return general or not_owner(feed, column, extras)
    return (
        not_owner(feed, column, extras)
        or _other_defaults(feed, column, inventory.server.major)
        or _sequence_elsewhere(report.sequence, feed, column, extras)
        or _would_be_lost(report.sequence, extras, others_to_set_aside(inventory, report.sequence, feed, column))
    )


def _kind(column: ColumnRow) -> Problem | None:
    """Why what it is a column of is nothing that can have an identity."""
    if column.kind == "f":
        return Refused(reason="a foreign table cannot have identity columns")
    if column.kind == "v":
        return Refused(reason="a view cannot have identity columns")
    return None


def _shape(sequence: Sequence, feed: Feed, column: ColumnRow) -> Problem | None:
    """Why the column is not of a kind that can have an identity."""
    if feed.type not in INTEGER_BITS:
        return Refused(
            reason=f"an identity column is smallint, integer or bigint, and {feed.label} is {feed.type}",
            hint=f"ALTER TABLE {feed.table_sql} ALTER COLUMN {feed.column_sql} TYPE bigint rewrites the table",
        )
    if column.is_partition:
        return Refused(reason=f"{feed.table_sql} is a partition: only the whole table can have an identity column")
    if column.inherits or column.inherited:
        return Refused(reason=f"{feed.table_sql} is part of an inheritance tree, which does not inherit identity")
    if not column.identity and not column.not_null:
        return Refused(
            reason=f"{feed.label} is not NOT NULL",
            hint=f"ALTER TABLE {feed.table_sql} ALTER COLUMN {feed.column_sql} SET NOT NULL",
        )
    if feed.via in ("owned", "declared"):
        return Refused(
            reason=f"{feed.label} has no default that draws from {sequence.sql}: its ids come from elsewhere"
        )
    return None


def _sequence_elsewhere(sequence: Sequence, feed: Feed, column: ColumnRow, extras: SequenceExtras) -> Problem | None:
    """Why the sequence cannot be this column's own."""
    if len(sequence.feeds) > 1 and not feed.owns:
        return Refused(
            reason=f"{sequence.sql} feeds {len(sequence.feeds)} columns, and this one does not own it",
            hint=f"if it is this one's: ALTER SEQUENCE {sequence.sql} OWNED BY {feed.label}",
        )
    if sequence.schema != feed.schema:
        return Refused(
            reason=f"an identity column's sequence is in the schema of its table, and {sequence.sql} is not",
            hint=f"if nothing names it by its schema: ALTER SEQUENCE {sequence.sql} SET SCHEMA …",
        )
    if extras.owner != column.owner:
        return Refused(
            reason=f"{sequence.sql} belongs to {extras.owner}, {feed.table_sql} to {column.owner}",
            hint=f"ALTER SEQUENCE {sequence.sql} OWNER TO {column.owner}",
        )
    least, greatest = _range(feed.type)
    after = as_identity(sequence, feed)
    if not least <= after.min <= after.max <= greatest:
        return Refused(
            reason=f"{sequence.sql} goes from {sequence.min} to {sequence.max}, which {feed.type} cannot hold",
            hint=f"ALTER SEQUENCE {sequence.sql} MINVALUE … MAXVALUE …, within {least} and {greatest}",
        )
    return None


def _other_defaults(feed: Feed, column: ColumnRow, major: int) -> Problem | None:
    """Why the partitions cannot have the identity: one draws from elsewhere, and would no longer."""
    if column.kind != "p" or major < ON_PARTITIONS:
        return None
    for name, default in column.other_defaults:
        return Refused(
            reason=f"{name} has a default of its own, which the identity would take the place of: {default}",
            hint=(
                f"if it need not be: ALTER TABLE {name} ALTER COLUMN {feed.column_sql} SET DEFAULT {column.expression}"
            ),
        )
    return None


def _would_be_lost(sequence: Sequence, extras: SequenceExtras, others: tuple[DefaultRow, ...]) -> Problem | None:
    """Why dropping the sequence would lose something that cannot be put back."""
    if extras.dependents:
        return Refused(
            reason=f"{', '.join(extras.dependents)}: would be lost with {sequence.sql}, which is made anew",
            hint="drop it first, and create it again afterwards",
        )
    for other in others:
        if not other.owned_by_us:
            return Refused(
                reason=f"the default of {other.table_sql}.{other.column_sql} draws from it, and is another owner's",
                hint=AS_OWNER.format(owner=f"the owner of {other.table_sql}"),
            )
    return None


def others_to_set_aside(
    inventory: Inventory, sequence: Sequence, feed: Feed, column: ColumnRow
) -> tuple[DefaultRow, ...]:
    """The defaults that have to be set aside: those of other columns, and of partitions where they stay defaults."""

    def goes_along(default: DefaultRow) -> bool:
        if default.column != feed.column or default.table_sql not in column.tree:
            return False
        return default.relid == feed.relid or inventory.server.major >= ON_PARTITIONS

    return tuple(one for one in inventory.defaults.get(sequence.oid, ()) if not goes_along(one))


def as_identity(sequence: Sequence, feed: Feed) -> Sequence:
    """The sequence as an identity column's: of the column's type, and to the ends of that where it went to the ends of
    its own."""
    if feed.type not in INTEGER_BITS:
        return sequence
    (low, high), (least, greatest) = _range(sequence.data_type), _range(feed.type)
    return replace(
        sequence,
        data_type=feed.type,
        min=least if sequence.min == low else sequence.min,
        max=greatest if sequence.max == high else sequence.max,
    )


def _range(data_type: str) -> tuple[int, int]:
    reach: int = 2 ** (INTEGER_BITS[data_type] - 1)
    return -reach, reach - 1
