"""Taking guards away, and putting them back as they were. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from itertools import groupby

from pgseq.commands.guard.blocks import block, check_owners, dollar
from pgseq.commands.guard.model import GuardItem, Inventory
from pgseq.commands.guard.rows import Trigger
from pgseq.core.plan import locking
from pgseq.model.changes import Alteration
from pgseq.model.limits import Limits
from pgseq.model.sequences import Problem

#: What ALTER TABLE says of pg_trigger.tgenabled, where it is not as CREATE TRIGGER leaves it.
_ENABLED = {"D": "DISABLE", "R": "ENABLE REPLICA", "A": "ENABLE ALWAYS"}


def guards(inventory: Inventory) -> list[tuple[Trigger, ...]]:
    """The installed guards that were asked for, each with its triggers; those without any where nothing is left out."""
    fed = {name for column in inventory.columns.values() for name in column.tree}
    every = [tuple(group) for _, group in groupby(inventory.triggers, key=lambda one: one.function)]
    return [group for group in every if not inventory.selected or any(one.table_sql in fed for one in group)]


def removals(inventory: Inventory, limits: Limits) -> list[GuardItem]:
    """An item for every installed guard that was asked for: to be removed."""
    on_server = limits.on(inventory.server.version_num)
    return [_item(group, inventory.server.major, on_server) for group in guards(inventory)]


def drop_guards(functions: Mapping[tuple[str, str], str], major: int) -> tuple[str, ...]:
    """The statements that drop triggers, by (table, trigger) with their functions, each with its last trigger."""
    return (
        *(f"DROP TRIGGER {trigger} ON {table}" for table, trigger in functions if trigger),
        *(drop_function(function, major) for function in dict.fromkeys(functions.values())),
    )


def hand_over(function: str, owner: str, major: int) -> tuple[str, str]:
    """The statements that give a function to `owner`, and to nobody else the privilege to tie it to a table."""
    return (
        block("guard.hand_over", major, function=function, owner=owner),
        block("guard.revoke_function", major, signature=dollar(f"{function}()")),
    )


def drop_function(function: str, major: int) -> str:
    """The statement that drops a function of this name that no trigger uses: CREATE OR REPLACE would keep what its
    owner has granted."""
    return block("guard.function_drop", major, function=function, signature=dollar(f"{function}()"))


def restore_guards(triggers: Iterable[Trigger], major: int) -> tuple[str, ...]:
    """The statements that make triggers of one function again as they were."""
    triggers = tuple(triggers)
    first = triggers[0]
    return (
        drop_function(first.name, major),
        first.definition.rstrip(),
        *hand_over(first.name, first.owner, major),
        *((f"COMMENT ON FUNCTION {first.name}() IS {first.comment}",) if first.comment else ()),
        *(one.trigger_definition for one in triggers if one.trigger_definition),
        *(
            f"ALTER TABLE {one.table_sql} {_ENABLED[one.enabled]} TRIGGER {one.trigger}"
            for one in triggers
            if one.enabled in _ENABLED
        ),
    )


def _item(group: tuple[Trigger, ...], major: int, limits: Limits) -> GuardItem:
    first = group[0]
    item = GuardItem(what="removal", label=first.name)
    if not first.owned_by_us:
        reason = f"only its owner may drop {first.name}()"
        return replace(item, plan=Problem(reason=reason, hint=f"run it as {first.owner}"))
    tables = tuple(one.table_sql for one in group if one.table_sql is not None)
    lock = locking(tables, limits, "ACCESS EXCLUSIVE") if tables else ()
    owned = [(one.table_sql, one.table_owner) for one in group if one.table_sql and one.table_owner]
    inventory = (check_owners(owned, major),) if owned else ()
    found = {(one.table_sql or "", one.trigger or ""): one.name for one in group}
    where = f" and its triggers on {', '.join(tables)}" if tables else ""
    change = Alteration(
        description=f"drop {first.name}(){where}",
        lock=f"ACCESS EXCLUSIVE on {', '.join(tables)}" if tables else "",
        effect="explicit ids no longer move the sequence; the schema pgseq goes with the last guard",
        statements=(*lock, *drop_guards(found, major), block("guard.schema_drop", major)),
        undoing=(*lock, *inventory, block("guard.schema_create", major), *restore_guards(group, major)),
        settings=limits.settings,
    )
    return replace(item, plan=change)
