"""Whether installed guards are whole. Pure."""

from __future__ import annotations

from pgseq.guard.removal import guards
from pgseq.guard.trigger import body, targets
from pgseq.guard.values import Condition, Status, Survey, Trigger
from pgseq.model import Feed, Sequence

#: What pg_trigger.tgenabled means for ordinary statements, where the trigger does not fire.
_ASLEEP = {"D": "disabled", "R": "enabled for session_replication_role = replica only"}


def conditions(seen: Survey) -> Status:
    """Every installed guard that was asked for, with what is not whole about it."""
    return Status(server=seen.server, guards=tuple(_condition(seen, group) for group in guards(seen)))


def _condition(seen: Survey, group: tuple[Trigger, ...]) -> Condition:
    first = group[0]
    column, sequence = (*first.arguments, None, None)[:2]
    return Condition(
        name=first.name,
        column=column,
        sequence=sequence,
        tables=tuple(one.table_sql for one in group if one.table_sql is not None),
        faults=tuple(_faults(seen, group)),
    )


def _faults(seen: Survey, group: tuple[Trigger, ...]) -> list[str]:
    first = group[0]
    if first.trigger is None:
        return ["no trigger is left: the table was dropped, or the trigger"]
    faults = [f"on {one.table_sql} it is {_ASLEEP[one.enabled]}" for one in group if one.enabled in _ASLEEP]
    if not first.sealed:
        faults.append("the function is not SECURITY DEFINER with search_path = pg_catalog, pg_temp any more")
    fed = _feed(seen, first)
    if fed is None:
        return [*faults, f"{first.arguments[1]} does not feed {first.table_sql}.{first.arguments[0]} (any more)"]
    sequence, feed = fed
    column = seen.columns[feed.relid, feed.column]
    missing = set(targets(feed, column)) - {one.table_sql for one in group}
    faults += [f"{name} has no trigger: rows inserted into it directly pass the guard by" for name in sorted(missing)]
    if first.body.strip() != body(sequence, feed, float(first.arguments[2]), seen.server.major).strip():
        faults.append("the function is not what would be made now: the sequence was altered since, or pgseq is another")
    return faults


def _feed(seen: Survey, first: Trigger) -> tuple[Sequence, Feed] | None:
    """The feed that a trigger guards."""
    column, sequence = first.arguments[:2]
    for one, feed in seen.feeds:
        tree = seen.columns[feed.relid, feed.column].tree
        if one.sequence.sql == sequence and feed.column == column and first.table_sql in tree:
            return one.sequence, feed
    return None
