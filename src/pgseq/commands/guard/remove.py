"""Plans to take guards away. Pure.

Several tables may share a function: those of a tree, one that left the tree since, one whose trigger was made by hand.
Each trigger is dropped by itself, and the function only once no trigger uses it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from pgseq.commands.guard.blocks import block, check_owners
from pgseq.commands.guard.installed import targets
from pgseq.commands.guard.model import GuardItem, Inventory
from pgseq.commands.guard.rows import Trigger
from pgseq.commands.guard.statements import drop_guards, restore_guards
from pgseq.core.locks import locking
from pgseq.core.selection import Scope
from pgseq.model.changes import Alteration
from pgseq.model.limits import Limits
from pgseq.model.sequences import Problem, Refused


def guards(inventory: Inventory) -> Iterator[tuple[tuple[Trigger, ...], tuple[Trigger, ...]]]:
    """The installed guards that were asked for: all triggers of each, and those that were asked for; a guard without
    any where nothing is left out."""
    everything = inventory.scope == Scope()
    own, below = set[str](), set[tuple[str, str]]()
    for report, feed in inventory.asked_for:
        if column := inventory.columns.get((feed.relid, feed.column)):
            own.update(targets(feed, column))
            below.update((name, report.sequence.sql) for name in column.tree)

    def is_asked_for(trigger: Trigger) -> bool:
        sequence = trigger.purpose and trigger.purpose.sequence
        return everything or trigger.table_sql in own or (trigger.table_sql, sequence) in below

    for _, group in groupby(inventory.triggers, key=lambda trigger: trigger.function):
        every = tuple(group)
        if asked := tuple(filter(is_asked_for, every)):
            yield every, asked


def removals(inventory: Inventory, limits: Limits) -> list[GuardItem]:
    """An item for every installed guard that was asked for: to be removed."""
    major, on_server = inventory.server.major, limits.on(inventory.server.version_num)
    return [
        GuardItem(what="removal", label=every[0].name, plan=_plan(every, asked, major, on_server))
        for every, asked in guards(inventory)
    ]


def _plan(every: tuple[Trigger, ...], asked: tuple[Trigger, ...], major: int, limits: Limits) -> Alteration | Problem:
    first, group = asked[0], tuple(trigger for trigger in asked if trigger.droppable)
    function = f"{first.name}()"
    if not group and first.table_sql is None:
        return Refused(reason=f"only its owner may drop {function}", hint=f"run it as {first.owner}")
    if not group:
        reason = f"only the owner of {first.table_sql} may drop the triggers of {function} on it"
        return Refused(reason=reason, hint=f"run it as {first.table_owner}")
    tables = _tables(group)
    named = ", ".join(tables)
    lock = locking(tables, limits, "ACCESS EXCLUSIVE") if tables else ()
    owned = [(one.table_sql, one.table_owner) for one in group if one.table_sql and one.table_owner]
    users = _tables(one for one in every if one not in group)
    stays = f"for {', '.join(users)}" if users else "" if first.owned_by_us else f"and is {first.owner}'s"
    goes = f"drop {function}" + (f" and its triggers on {named}" if tables else "")
    return Alteration(
        description=f"drop the triggers of {function} on {named}" if stays else goes,
        lock=f"ACCESS EXCLUSIVE on {named}" if tables else "",
        effect="explicit ids no longer move the sequence; "
        + (f"the function stays, {stays}" if stays else "the schema pgseq goes with the last guard"),
        statements=(*lock, *drop_guards(group, major), block("guard.schema_drop", major)),
        undoing=(
            *lock,
            *((check_owners(owned, major),) if owned else ()),
            block("guard.schema_create", major),
            *restore_guards(group, major),
        ),
        settings=limits.settings,
    )


def _tables(triggers: Iterable[Trigger]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.table_sql for one in triggers if one.table_sql is not None))
