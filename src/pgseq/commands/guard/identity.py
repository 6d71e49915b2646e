"""Serial columns into identity columns, and back. Pure."""

from __future__ import annotations

from typing import Final, Literal

from msgspec.structs import replace

from pgseq.commands.guard.blocks import block, check_default, check_owners
from pgseq.commands.guard.identity_fit import ON_PARTITIONS, as_identity, obstacle, others_to_set_aside
from pgseq.commands.guard.model import GuardItem, Inventory, Parts
from pgseq.commands.guard.rebuild import options, rebuild, unchanged
from pgseq.commands.guard.refuse import CHANGED, first
from pgseq.commands.guard.rows import ColumnRow, DefaultRow
from pgseq.core.locks import locking
from pgseq.model.changes import Alteration
from pgseq.model.limits import Limits
from pgseq.model.reports import SequenceReport
from pgseq.model.sequences import Feed, Sequence
from pgseq.names import literal
from pgseq.sql.compare import furthest, run
from pgseq.sql.unchanged import unchanged as still_as_read

Kind = Literal["ALWAYS", "BY DEFAULT"]

#: pg_attribute.attidentity of each kind.
LETTERS: Final[dict[Kind, str]] = {"ALWAYS": "a", "BY DEFAULT": "d"}
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
    return [_item(inventory, report, feed, kind, on_server) for report, feed in inventory.asked_for]


def _item(inventory: Inventory, report: SequenceReport, feed: Feed, kind: Kind, limits: Limits) -> GuardItem:
    item = GuardItem(what="identity", label=feed.label, sequence=report.sequence, feed=feed)
    parts = inventory.parts(report, feed)
    if parts is None:
        return replace(item, plan=CHANGED)
    column = parts.column
    if column.identity == LETTERS[kind]:
        return replace(item, remark=f"is GENERATED {kind} AS IDENTITY already")
    if problem := obstacle(inventory, report, feed, parts):
        return replace(item, plan=problem)
    if column.identity:
        return replace(item, plan=_switch(feed, column, kind, limits))
    return replace(item, plan=_conversion(inventory, report.sequence, feed, parts, kind, limits))


def _switch(feed: Feed, column: ColumnRow, kind: Kind, limits: Limits) -> Alteration:
    before = next(name for name, letter in LETTERS.items() if letter == column.identity)
    lock = locking((feed.table_sql,), limits, "ACCESS EXCLUSIVE")
    alter = f"ALTER TABLE {feed.table_sql} ALTER COLUMN {feed.column_sql} SET GENERATED"
    return Alteration(
        description=f"{feed.label}: GENERATED {before} → GENERATED {kind}",
        lock=f"ACCESS EXCLUSIVE on {feed.table_sql}",
        effect=EFFECTS[kind],
        statements=(*lock, f"{alter} {kind}"),
        undoing=(*lock, f"{alter} {before}"),
        settings=limits.settings,
    )


def _conversion(
    inventory: Inventory, sequence: Sequence, feed: Feed, parts: Parts, kind: Kind, limits: Limits
) -> Alteration:
    major, column, extras = inventory.server.major, parts.column, parts.extras
    others = others_to_set_aside(inventory, sequence, feed, column)
    after = as_identity(sequence, feed)
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
    in_sync = block(
        "guard.in_sync",
        major,
        furthest=furthest(sequence),
        run=run(sequence),
        literal=sequence.literal,
        hint=literal(first(sequence, "fix")),
    )
    return Alteration(
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


def _widened(before: Sequence, after: Sequence) -> str:
    if before.data_type == after.data_type:
        return ""
    return f"; the sequence follows the column's type: {before.data_type} → {after.data_type}"


def _persistence(sequence: Sequence, made: str) -> tuple[str, ...]:
    """What makes a new sequence, `made` with this persistence, logged or unlogged as it was."""
    if sequence.persistence == made:
        return ()
    return (f"ALTER SEQUENCE {sequence.sql} SET {'UNLOGGED' if sequence.persistence == 'u' else 'LOGGED'}",)


def _partitions(column: ColumnRow, major: int) -> str:
    if column.kind != "p" or major >= ON_PARTITIONS:
        return ""
    return "; rows inserted into a partition directly draw from it by default as before, and may bring ids"


def _tables(feed: Feed, others: tuple[DefaultRow, ...]) -> str:
    return ", ".join(dict.fromkeys((feed.table_sql, *(one.table_sql for one in others))))
