"""Serial columns into identity columns, and back. Pure."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Literal

from pgseq.commands.guard.blocks import block, check_default, check_owners
from pgseq.commands.guard.model import Change, GuardItem, Inventory, Parts
from pgseq.commands.guard.rebuild import options, rebuild, unchanged
from pgseq.commands.guard.refuse import (
    AS_OWNER,
    CHANGED,
    extension_member,
    incomparable,
    not_in_sync,
    not_owner,
    too_many_locks,
)
from pgseq.commands.guard.rows import Column, Default, SequenceExtras
from pgseq.core.plan import locking
from pgseq.model.arithmetic import INTEGER_BITS
from pgseq.model.limits import Limits
from pgseq.model.reports import SequenceReport
from pgseq.model.sequences import Feed, Problem, Sequence
from pgseq.sql.compare import furthest, run
from pgseq.sql.unchanged import unchanged as still_as_read

Kind = Literal["ALWAYS", "BY DEFAULT"]

#: pg_attribute.attidentity of each kind.
LETTERS: Final[dict[Kind, str]] = {"ALWAYS": "a", "BY DEFAULT": "d"}
#: Since this major the partitions of a table with an identity column have it, too.
ON_PARTITIONS: Final = 17
#: Since this major a sequence that a table makes is unlogged if the table is.
OWN_PERSISTENCE: Final = 15
#: What each kind means for applications (PostgreSQL documentation, CREATE TABLE, INSERT, COPY).
EFFECTS: Final[dict[Kind, str]] = {
    "ALWAYS": (
        "INSERT with an id of its own is refused unless it says OVERRIDING SYSTEM VALUE, and so is UPDATE of the id; "
        "COPY and logical replication still store the ids that they bring"
    ),
    "BY DEFAULT": "ids may be given as before, and nothing follows them: only the default can no longer get lost",
}


def identities(inventory: Inventory, kind: Kind, limits: Limits) -> list[GuardItem]:
    """An item for every column that is fed by a sequence: to be made an identity column of this kind."""
    on_server = limits.on(inventory.server.version_num)
    return [_item(inventory, report, feed, kind, on_server) for report, feed in inventory.feeds]


def _problem(inventory: Inventory, report: SequenceReport, feed: Feed, parts: Parts) -> Problem | None:
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
        or _would_be_lost(report.sequence, extras, _others(inventory, report.sequence, feed, column))
    )


def _item(inventory: Inventory, report: SequenceReport, feed: Feed, kind: Kind, limits: Limits) -> GuardItem:
    item = GuardItem(what="identity", label=feed.label, sequence=report.sequence, feed=feed)
    parts = inventory.parts(report, feed)
    if parts is None:
        return replace(item, refused=CHANGED)
    column = parts.column
    if column.identity == LETTERS[kind]:
        return replace(item, remark=f"is GENERATED {kind} AS IDENTITY already")
    problem = _problem(inventory, report, feed, parts)
    if problem is not None:
        return replace(item, refused=problem)
    if column.identity:
        return replace(item, change=_switch(feed, column, kind, limits))
    return replace(item, change=_conversion(inventory, report.sequence, feed, parts, kind, limits))


def _kind(column: Column) -> Problem | None:
    """Why what it is a column of is nothing that can have an identity."""
    if column.kind == "f":
        return Problem(reason="a foreign table cannot have identity columns")
    if column.kind == "v":
        return Problem(reason="a view cannot have identity columns")
    return None


def _shape(sequence: Sequence, feed: Feed, column: Column) -> Problem | None:
    """Why the column is not of a kind that can have an identity."""
    if feed.type not in INTEGER_BITS:
        return Problem(
            reason=f"an identity column is smallint, integer or bigint, and {feed.label} is {feed.type}",
            hint=f"ALTER TABLE {feed.table_sql} ALTER COLUMN {feed.column_sql} TYPE bigint rewrites the table",
        )
    if column.is_partition:
        return Problem(reason=f"{feed.table_sql} is a partition: only the whole table can have an identity column")
    if column.inherits or column.inherited:
        return Problem(reason=f"{feed.table_sql} is part of an inheritance tree, which does not inherit identity")
    if not column.identity and not column.not_null:
        return Problem(
            reason=f"{feed.label} is not NOT NULL",
            hint=f"ALTER TABLE {feed.table_sql} ALTER COLUMN {feed.column_sql} SET NOT NULL",
        )
    if feed.via in ("owned", "declared"):
        return Problem(
            reason=f"{feed.label} has no default that draws from {sequence.sql}: its ids come from elsewhere"
        )
    return None


def _sequence_elsewhere(sequence: Sequence, feed: Feed, column: Column, extras: SequenceExtras) -> Problem | None:
    """Why the sequence cannot be this column's own."""
    if len(sequence.feeds) > 1 and not feed.owns:
        return Problem(
            reason=f"{sequence.sql} feeds {len(sequence.feeds)} columns, and this one does not own it",
            hint=f"if it is this one's: ALTER SEQUENCE {sequence.sql} OWNED BY {feed.label}",
        )
    if sequence.schema != feed.schema:
        return Problem(
            reason=f"an identity column's sequence is in the schema of its table, and {sequence.sql} is not",
            hint=f"if nothing names it by its schema: ALTER SEQUENCE {sequence.sql} SET SCHEMA …",
        )
    if extras.owner != column.owner:
        return Problem(
            reason=f"{sequence.sql} belongs to {extras.owner}, {feed.table_sql} to {column.owner}",
            hint=f"ALTER SEQUENCE {sequence.sql} OWNER TO {column.owner}",
        )
    least, greatest = _range(feed.type)
    after = _as_identity(sequence, feed)
    if not least <= after.min <= after.max <= greatest:
        return Problem(
            reason=f"{sequence.sql} goes from {sequence.min} to {sequence.max}, which {feed.type} cannot hold",
            hint=f"ALTER SEQUENCE {sequence.sql} MINVALUE … MAXVALUE …, within {least} and {greatest}",
        )
    return None


def _other_defaults(feed: Feed, column: Column, major: int) -> Problem | None:
    """Why the partitions cannot have the identity: one draws from elsewhere, and would no longer."""
    if column.kind != "p" or major < ON_PARTITIONS:
        return None
    for name, default in column.other_defaults:
        return Problem(
            reason=f"{name} has a default of its own, which the identity would take the place of: {default}",
            hint=(
                f"if it need not be: ALTER TABLE {name} ALTER COLUMN {feed.column_sql} SET DEFAULT {column.expression}"
            ),
        )
    return None


def _would_be_lost(sequence: Sequence, extras: SequenceExtras, others: tuple[Default, ...]) -> Problem | None:
    """Why dropping the sequence would lose something that cannot be put back."""
    if extras.dependents:
        return Problem(
            reason=f"{', '.join(extras.dependents)}: would be lost with {sequence.sql}, which is made anew",
            hint="drop it first, and create it again afterwards",
        )
    for other in others:
        if not other.owned_by_us:
            return Problem(
                reason=f"the default of {other.table_sql}.{other.column_sql} draws from it, and is another owner's",
                hint=AS_OWNER.format(owner=f"the owner of {other.table_sql}"),
            )
    return None


def _switch(feed: Feed, column: Column, kind: Kind, limits: Limits) -> Change:
    before = next(name for name, letter in LETTERS.items() if letter == column.identity)
    lock = locking((feed.table_sql,), limits, "ACCESS EXCLUSIVE")
    alter = f"ALTER TABLE {feed.table_sql} ALTER COLUMN {feed.column_sql} SET GENERATED"
    return Change(
        description=f"{feed.label}: GENERATED {before} → GENERATED {kind}",
        lock=f"ACCESS EXCLUSIVE on {feed.table_sql}",
        effect=EFFECTS[kind],
        statements=(*lock, f"{alter} {kind}"),
        undoing=(*lock, f"{alter} {before}"),
        settings=limits.settings,
    )


def _conversion(
    inventory: Inventory, sequence: Sequence, feed: Feed, parts: Parts, kind: Kind, limits: Limits
) -> Change:
    major, column, extras = inventory.server.major, parts.column, parts.extras
    others = _others(inventory, sequence, feed, column)
    after = _as_identity(sequence, feed)
    alter = f"ALTER TABLE {feed.table_sql} ALTER COLUMN {feed.column_sql}"
    # Partitions that do not have the identity keep their defaults; of the others the default comes back as it was.
    along = column.same_default if major >= ON_PARTITIONS else (feed.table_sql,)
    without_default = column.without_default if major >= ON_PARTITIONS else ()
    default = f"ALTER COLUMN {feed.column_sql} SET DEFAULT {column.expression}"

    def way(
        sequence: Sequence, checks: tuple[str, ...], dropping: tuple[str, ...], creating: tuple[str, ...]
    ) -> tuple[str, ...]:
        return rebuild(
            sequence,
            feed,
            column,
            extras,
            others,
            checks=(unchanged(sequence, major), *checks),
            dropping=dropping,
            creating=creating,
            limits=limits,
            major=major,
        )

    same = still_as_read([feed], [sequence] if sequence.by_name else [], major)
    in_sync = block("guard.in_sync", major, furthest=furthest(sequence), run=run(sequence), literal=sequence.literal)
    return Change(
        description=f"{feed.label}: {column.expression} → GENERATED {kind} AS IDENTITY",
        lock=(
            f"ACCESS EXCLUSIVE on {_tables(feed, others)} and {sequence.sql}: inserts wait; a bare nextval() that "
            "waits fails once, since the sequence is made anew"
        ),
        effect=EFFECTS[kind] + _widened(sequence, after) + _partitions(column, major),
        statements=way(
            sequence,
            (
                check_owners([(feed.table_sql, column.owner)], major),
                check_default(feed, column, along, major),
                *same,
                in_sync,
            ),
            (
                *(f"ALTER TABLE ONLY {name} ALTER COLUMN {feed.column_sql} DROP DEFAULT" for name in along),
                f"DROP SEQUENCE {sequence.sql}",
            ),
            (
                f"{alter} ADD GENERATED {kind} AS IDENTITY (SEQUENCE NAME {sequence.sql} {options(after)})",
                *_persistence(sequence, feed.persistence if major >= OWN_PERSISTENCE else "p"),
            ),
        ),
        undoing=way(
            after,
            (),
            (f"{alter} DROP IDENTITY",),
            (
                f"CREATE SEQUENCE {sequence.sql} AS {sequence.data_type} {options(sequence)}",
                f"ALTER SEQUENCE {sequence.sql} OWNER TO {extras.owner}",
                *((f"ALTER SEQUENCE {sequence.sql} OWNED BY {feed.label}",) if feed.owns else ()),
                # Partitions made since have the identity, too, and need what it stood for.
                f"ALTER TABLE {'' if major >= ON_PARTITIONS else 'ONLY '}{feed.table_sql} {default}",
                *(
                    f"ALTER TABLE IF EXISTS ONLY {name} ALTER COLUMN {feed.column_sql} DROP DEFAULT"
                    for name in without_default
                ),
                *_persistence(sequence, "p"),
            ),
        ),
        settings=limits.settings,
    )


def _others(inventory: Inventory, sequence: Sequence, feed: Feed, column: Column) -> tuple[Default, ...]:
    """The defaults that have to be set aside: those of other columns, and of partitions where they stay defaults."""

    def goes_along(default: Default) -> bool:
        if default.column != feed.column or default.table_sql not in column.tree:
            return False
        return default.relid == feed.relid or inventory.server.major >= ON_PARTITIONS

    return tuple(one for one in inventory.defaults.get(sequence.oid, ()) if not goes_along(one))


def _as_identity(sequence: Sequence, feed: Feed) -> Sequence:
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


def _widened(before: Sequence, after: Sequence) -> str:
    if before.data_type == after.data_type:
        return ""
    return f"; the sequence follows the column's type: {before.data_type} → {after.data_type}"


def _persistence(sequence: Sequence, made: str) -> tuple[str, ...]:
    """What makes a new sequence, `made` with this persistence, logged or unlogged as it was."""
    if sequence.persistence == made:
        return ()
    return (f"ALTER SEQUENCE {sequence.sql} SET {'UNLOGGED' if sequence.persistence == 'u' else 'LOGGED'}",)


def _partitions(column: Column, major: int) -> str:
    if column.kind != "p" or major >= ON_PARTITIONS:
        return ""
    return "; rows inserted into a partition directly draw from it by default as before, and may bring ids"


def _tables(feed: Feed, others: tuple[Default, ...]) -> str:
    return ", ".join(dict.fromkeys((feed.table_sql, *(one.table_sql for one in others))))
