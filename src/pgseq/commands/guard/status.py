"""Whether installed guards are intact. Pure."""

from __future__ import annotations

from pgseq.commands.guard.function import body
from pgseq.commands.guard.installed import targets
from pgseq.commands.guard.model import SCHEMA, GuardStatus, InstalledGuard, Inventory
from pgseq.commands.guard.refuse import untrusted_schema
from pgseq.commands.guard.remove import guards
from pgseq.commands.guard.rows import Purpose, Schema, Trigger
from pgseq.model.sequences import Feed, Sequence

#: What pg_trigger.tgenabled means for ordinary statements, where the trigger does not fire.
_ASLEEP = {"D": "disabled", "R": "enabled for session_replication_role = replica only"}


def guard_status(inventory: Inventory) -> GuardStatus:
    """Every installed guard that was asked for, with what is damaged about it."""
    schema = inventory.schema
    return GuardStatus(
        server=inventory.server,
        guards=tuple(_condition(inventory, group) for group, _ in guards(inventory)),
        owner=schema.owner,
        faults=_open(schema),
    )


def _open(schema: Schema) -> tuple[str, ...]:
    """Who could take guards away or meddle with them, and the statement that ends it."""
    barred = untrusted_schema(schema)
    faults = [] if barred is None else [f"{barred.reason}: {barred.hint}"]
    faults += [
        f"{writer} may create objects in schema {SCHEMA}: REVOKE CREATE ON SCHEMA {SCHEMA} FROM {writer}"
        for writer in schema.writers
    ]
    return tuple(faults)


def _condition(inventory: Inventory, group: tuple[Trigger, ...]) -> InstalledGuard:
    purpose = next((one.purpose for one in group if one.purpose is not None), None)
    return InstalledGuard(
        name=group[0].name,
        column=None if purpose is None else purpose.column,
        sequence=None if purpose is None else purpose.sequence,
        tables=tuple(one.table_sql for one in group if one.table_sql is not None),
        faults=(*_strange(group), *_lent(group), *_faults(inventory, group)),
    )


def _strange(group: tuple[Trigger, ...]) -> list[str]:
    """Triggers of a guard's function that pgseq has not made."""
    return [
        f"{one.trigger} on {one.table_sql} does not say which column it guards, as those of pgseq do: made by hand"
        for one in group
        if one.trigger is not None and one.purpose is None
    ]


def _lent(group: tuple[Trigger, ...]) -> list[str]:
    """What others than the table's owner can do with the owner's privileges, by way of the function."""
    first = group[0]
    return [
        *(
            f"{user} may execute the function, and so tie it to tables whose code then runs as {first.owner}: "
            f"REVOKE ALL ON FUNCTION {first.name}() FROM {user}"
            for user in first.users
        ),
        *(
            f"the function belongs to {first.owner}, {one.table_sql} to {one.table_owner}: code of either may run with "
            "the privileges of the other, or of who inserts"
            for one in group
            if not one.agree
        ),
    ]


def _faults(inventory: Inventory, group: tuple[Trigger, ...]) -> list[str]:
    made = [(one, one.purpose) for one in group if one.purpose is not None]
    if not made:
        return ["no trigger is left: the table was dropped, or the trigger"]
    first, purpose = made[0]
    faults = [f"on {one.table_sql} it is {_ASLEEP[one.enabled]}" for one, _ in made if one.enabled in _ASLEEP]
    if not first.hardened:
        faults.append("the function is not SECURITY DEFINER with search_path = pg_catalog, pg_temp any more")
    fed = _feed(inventory, first, purpose)
    if fed is None:
        return [*faults, f"{purpose.sequence} does not feed {first.table_sql}.{purpose.column} (any more)"]
    sequence, feed = fed
    column = inventory.columns[feed.relid, feed.column]
    missing = set(targets(feed, column)) - {one.table_sql for one, _ in made}
    faults += [f"{name} has no trigger: rows inserted into it directly pass the guard by" for name in sorted(missing)]
    if first.body.strip() != body(sequence, feed, purpose.max_jump, inventory.server.major).strip():
        faults.append("the function is not what would be made now: the sequence was altered since, or pgseq is another")
    return faults


def _feed(inventory: Inventory, first: Trigger, purpose: Purpose) -> tuple[Sequence, Feed] | None:
    """The feed that a trigger guards."""
    for one, feed in inventory.feeds:
        column = inventory.columns.get((feed.relid, feed.column))
        tree = [] if column is None else column.tree
        if one.sequence.sql == purpose.sequence and feed.column == purpose.column and first.table_sql in tree:
            return one.sequence, feed
    return None
