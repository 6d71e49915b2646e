"""Plans statement-level triggers that move a sequence past explicit ids as they arrive. Pure."""

from __future__ import annotations

from itertools import groupby

from msgspec.structs import replace

from pgseq.commands.guard.blocks import block, check_owners
from pgseq.commands.guard.function import names
from pgseq.commands.guard.installed import installed, intact, names_in_use, targets
from pgseq.commands.guard.model import GuardItem, Inventory, Parts
from pgseq.commands.guard.refuse import (
    CHANGED,
    extension_member,
    incomparable,
    no_room,
    not_in_sync,
    not_owner,
    owner_may_not_move,
    too_many_locks,
)
from pgseq.commands.guard.rows import ColumnRow, Trigger
from pgseq.commands.guard.statements import drop_function, drop_guards, make_guards, restore_guards
from pgseq.core.locks import locking
from pgseq.model.changes import Alteration
from pgseq.model.hints import Command, Hint, command, page
from pgseq.model.limits import Limits
from pgseq.model.reports import SequenceReport
from pgseq.model.sequences import Feed, Problem, Refused, Sequence

EFFECT = (
    "every INSERT and COPY into it looks at its new rows' ids (some 10 µs a statement, 0.2 µs a row); those ahead of "
    "the sequence move it past them. "
    "Not covered: UPDATE of ids, rows of logical replication, session_replication_role = replica"
)
#: Since this major a table with such a trigger can be attached as a partition.
ATTACHABLE = 13


def triggers(inventory: Inventory, max_jump: float, limits: Limits) -> list[GuardItem]:
    """An item for every column that is fed by a sequence: to be given a guard trigger."""
    on_server = limits.on(inventory.server.version_num)
    return [_item(inventory, report, feed, max_jump, on_server) for report, feed in inventory.asked_for]


def _problem(inventory: Inventory, report: SequenceReport, feed: Feed, parts: Parts) -> Problem | None:
    """Why a column cannot have a guard trigger."""
    column = parts.column
    if column.foreign_below:
        return Refused(reason=f"foreign tables in {feed.table_sql} cannot have triggers with transition tables")
    if column.kind == "v":
        return Refused(
            reason=f"{feed.table_sql} is a view, which cannot have triggers with transition tables",
            hint=Hint("declare the column of the table behind it as fed (", page("PGS008"), "), and guard that"),
        )
    if column.is_partition:
        return Refused(
            reason=f"{feed.table_sql} is a partition: rows inserted through its parent fire none of its triggers"
        )
    return (
        extension_member(report)
        or owner_may_not_move(report.sequence, feed, parts)
        or _other_owners(feed, column)
        or not_in_sync(report)
        or incomparable(feed)
        or not_owner(feed, column, replace(parts.extras, owned_by_us=True))
        or too_many_locks(feed, inventory.server)
        or no_room(inventory.schema, column)
    )


def _other_owners(feed: Feed, column: ColumnRow) -> Problem | None:
    """Why the tables of a tree cannot have one function: its owner's privileges would be lent to owners of others."""
    below = set(targets(feed, column))
    for name, owner, agree in zip(column.tree, column.owners, column.agree, strict=True):
        if name in below and not agree:
            return Refused(
                reason=f"{name}, part of {feed.table_sql}, belongs to {owner}, and {feed.table_sql} to {column.owner}",
                hint=f"ALTER TABLE {name} OWNER TO {column.owner}",
            )
    return None


def _item(inventory: Inventory, report: SequenceReport, feed: Feed, max_jump: float, limits: Limits) -> GuardItem:
    item = GuardItem(what="trigger", label=feed.label, sequence=report.sequence, feed=feed)
    parts = inventory.parts(report, feed)
    if parts is None:
        return replace(item, plan=CHANGED)
    column, major = parts.column, inventory.server.major
    problem = _problem(inventory, report, feed, parts)
    if problem is not None:
        return replace(item, plan=problem)
    existing = installed(inventory, report.sequence, feed)
    if intact(existing, report.sequence, feed, column, max_jump, major):
        return replace(item, remark="has its guard trigger already")
    return replace(item, plan=_change(inventory, report.sequence, feed, column, existing, max_jump, limits))


def _change(
    inventory: Inventory,
    sequence: Sequence,
    feed: Feed,
    column: ColumnRow,
    existing: tuple[Trigger, ...],
    max_jump: float,
    limits: Limits,
) -> Alteration:
    major = inventory.server.major
    tables = targets(feed, column)
    owners = dict(zip(column.tree, column.owners, strict=True))
    function, trigger = names(feed, names_in_use(inventory, existing))
    mode = "ACCESS EXCLUSIVE" if existing else "SHARE ROW EXCLUSIVE"
    making = make_guards(function, trigger, tables, sequence, feed, column, max_jump, major)
    same_owners = check_owners([(name, owners[name]) for name in tables], major)
    lock = (*locking(tables, limits, mode), same_owners)
    return Alteration(
        description=f"{feed.label}: trigger {trigger} moves {sequence.sql} past explicit ids",
        lock=f"{mode} on {', '.join(tables)}",
        effect=Hint(EFFECT, _cached(sequence), *_attaching(feed, column, trigger, major)),
        statements=(*lock, *drop_guards(existing, major), block("guard.schema_create", major), *making),
        undoing=(
            *locking(tables, limits, "ACCESS EXCLUSIVE"),
            *((same_owners,) if existing else ()),
            *(f"DROP TRIGGER {trigger} ON {table}" for table in tables),
            drop_function(function, major),
            *((block("guard.schema_create", major),) if existing else ()),
            *(
                statement
                for _, triggers_of_one in groupby(existing, key=lambda one: one.function)
                for statement in restore_guards(triggers_of_one, major)
            ),
            *(() if existing else (block("guard.schema_drop", major),)),
        ),
        settings=limits.settings,
    )


def _cached(sequence: Sequence) -> str:
    if sequence.cache == 1:
        return ""
    return f". CACHE {sequence.cache}: a session hands out the rest of its block first, whatever ids came meanwhile"


def _attaching(feed: Feed, column: ColumnRow, trigger: str, major: int) -> tuple[str | Command, ...]:
    if column.kind != "p" or major >= ATTACHABLE:
        return ()
    refused = f". ATTACH PARTITION refuses a table that has it: DROP TRIGGER {trigger} on it first, and afterwards "
    return refused, command("guard trigger", feed.table_sql)
