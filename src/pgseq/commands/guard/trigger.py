"""The statement-level trigger that moves a sequence past explicit ids as they arrive. Pure.

The function is made for one column: its plans are kept, and the usual case, in which all ids came from the sequence, is
one max() over the new rows and one look at the position. What lies ahead is moved past by the statement of a fix
(`moves.move`), over the new rows instead of the table. Several of these functions at once could lower a sequence (one
looks, the other sets, the first sets), so a setval() is done under an advisory lock, held for that moment alone.
Anybody may hold that lock, so the wait for it is short, and a short way is gone by nextval() without it.

The function belongs to the owner of the table: who owns a table decides what types its columns have, and so what runs
when new rows are looked at. It lends to those who may INSERT what that owner was granted on the sequence, and no more.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from itertools import count, groupby

from pgseq.commands.guard.blocks import block, check_owners, dollar
from pgseq.commands.guard.model import SCHEMA, GuardItem, Inventory, Parts
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
from pgseq.commands.guard.remove import drop_function, drop_guards, hand_over, restore_guards
from pgseq.commands.guard.rows import Column, Purpose, Trigger
from pgseq.core.plan import locking
from pgseq.model.changes import Alteration
from pgseq.model.hints import Hint, page
from pgseq.model.limits import Limits
from pgseq.model.reports import SequenceReport
from pgseq.model.sequences import Feed, Problem, Sequence
from pgseq.sql import load
from pgseq.sql.compare import furthest, value_of
from pgseq.sql.literals import bigint
from pgseq.sql.move import key, move, nearby, within_share
from pgseq.version import __version__

EFFECT = (
    "every INSERT and COPY into it looks at its new rows' ids (some 10 µs a statement, 0.2 µs a row); those ahead of "
    "the sequence move it past them. "
    "Not covered: UPDATE of ids, rows of logical replication, session_replication_role = replica"
)
#: Since this major a table with such a trigger can be attached as a partition.
ATTACHABLE = 13
#: Bytes of a name (NAMEDATALEN - 1).
LONGEST = 63
#: Milliseconds that an INSERT waits for the advisory lock, at most.
LOCK_WAIT_MS = 250


def triggers(inventory: Inventory, max_jump: float, limits: Limits) -> list[GuardItem]:
    """An item for every column that is fed by a sequence: to be given a guard trigger."""
    on_server = limits.on(inventory.server.version_num)
    return [_item(inventory, report, feed, max_jump, on_server) for report, feed in inventory.feeds]


def _problem(inventory: Inventory, report: SequenceReport, feed: Feed, parts: Parts) -> Problem | None:
    """Why a column cannot have a guard trigger."""
    column = parts.column
    if column.foreign_below:
        return Problem(reason=f"foreign tables in {feed.table_sql} cannot have triggers with transition tables")
    if column.kind == "v":
        return Problem(
            reason=f"{feed.table_sql} is a view, which cannot have triggers with transition tables",
            hint=Hint("declare the column of the table behind it as fed (", page("PGS008"), "), and guard that"),
        )
    if column.is_partition:
        return Problem(
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


def _other_owners(feed: Feed, column: Column) -> Problem | None:
    """Why the tables of a tree cannot have one function: its owner's privileges would be lent to owners of others."""
    below = set(targets(feed, column))
    for name, owner, agree in zip(column.tree, column.owners, column.agree, strict=True):
        if name in below and not agree:
            return Problem(
                reason=f"{name}, part of {feed.table_sql}, belongs to {owner}, and {feed.table_sql} to {column.owner}",
                hint=f"ALTER TABLE {name} OWNER TO {column.owner}",
            )
    return None


def body(sequence: Sequence, feed: Feed, max_jump: float, major: int) -> str:
    """The function's body. Depends on the sequence's definition: it is out of date when that changes."""
    rows = replace(feed, sources=("inserted",), unreadable=None)
    # What stays in the database must not rest on a function that few majors have.
    watched = replace(sequence, feeds=(rows,), by_function=False)
    ascending = sequence.ascending
    # A name as text means whatever has it; only what depends on a sequence tells which one it is.
    by_name = feed.via in ("text-default", "declared")
    # How a shell is told the database and the table, both of which may be renamed.
    place = load("guard.place", major).strip()
    return load(
        "guard.advance",
        major,
        tied="" if by_name else load("guard.tied", major, literal=sequence.literal, place=place).strip(),
        place=place,
        type="bigint" if feed.kind == "integer" else "numeric",
        furthest="max" if ascending else "min",
        behind="<" if ascending else ">",
        value=value_of(feed, "fed."),
        increment=bigint(sequence.increment),
        literal=sequence.literal,
        key=str(key(sequence)),
        patience=str(LOCK_WAIT_MS),
        move=move(
            watched,
            goal=furthest(watched),
            allowed=f"(alone OR {nearby(watched)}) AND {within_share(watched, max_jump)}",
            shared=True,
        ),
    )


def arguments(sequence: Sequence, feed: Feed, max_jump: float) -> list[str]:
    """The trigger's arguments, by which it can be told what it is for."""
    return [feed.column, sequence.sql, _share(max_jump)]


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


def targets(feed: Feed, column: Column) -> tuple[str, ...]:
    """The tables whose statements bring rows that count: an INSERT into a partition fires no trigger of its parent.

    Of an inheritance tree that draws from several sequences, those that draw from this one.
    """
    if feed.sources == (feed.table_sql,):
        return tuple(column.tree)
    return tuple(name for name in column.tree if f"ONLY {name}" in feed.sources)


def intact(
    existing: tuple[Trigger, ...], sequence: Sequence, feed: Feed, column: Column, max_jump: float, major: int
) -> bool:
    """Whether the triggers of a column are exactly those that would be made now."""
    expected = body(sequence, feed, max_jump, major), arguments(sequence, feed, max_jump)
    return sorted(one.table_sql or "" for one in existing) == sorted(targets(feed, column)) and all(
        (one.body.strip(), one.arguments, one.enabled in ("O", "A"), one.hardened, one.agree, one.users)
        == (expected[0].strip(), expected[1], True, True, True, [])
        for one in existing
    )


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
    column: Column,
    existing: tuple[Trigger, ...],
    max_jump: float,
    limits: Limits,
) -> Alteration:
    major = inventory.server.major
    tables = targets(feed, column)
    owners = dict(zip(column.tree, column.owners, strict=True))
    function, trigger = _names(feed, _names_in_use(inventory, existing))
    trigger_arguments = f"{column.column_literal}, {sequence.literal}, '{_share(max_jump)}'"
    mode = "ACCESS EXCLUSIVE" if existing else "SHARE ROW EXCLUSIVE"
    new = {(table, trigger): function for table in tables}
    old = {(one.table_sql or "", one.trigger or ""): one.name for one in existing}
    making = (
        drop_function(function, major),
        f"CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql\n"
        f"  SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS "
        + dollar(f"\n{body(sequence, feed, max_jump, major)}\n"),
        *hand_over(function, column.owner, major),
        f"COMMENT ON FUNCTION {function}() IS " + dollar(_comment(sequence, feed)),
        *(
            f"CREATE TRIGGER {trigger} AFTER INSERT ON {table} REFERENCING NEW TABLE AS inserted\n"
            f"  FOR EACH STATEMENT EXECUTE FUNCTION {function}({trigger_arguments})"
            for table in tables
        ),
        *(f"COMMENT ON TRIGGER {trigger} ON {table} IS " + dollar(_comment(sequence, feed)) for table in tables),
    )
    same_owners = check_owners([(name, owners[name]) for name in tables], major)
    lock = (*locking(tables, limits, mode), same_owners)
    return Alteration(
        description=f"{feed.label}: trigger {trigger} moves {sequence.sql} past explicit ids",
        lock=f"{mode} on {', '.join(tables)}",
        effect=EFFECT + _cached(sequence) + _attaching(column, major),
        statements=(*lock, *drop_guards(old, major), block("guard.schema_create", major), *making),
        undoing=(
            *locking(tables, limits, "ACCESS EXCLUSIVE"),
            *((same_owners,) if existing else ()),
            *drop_guards(new, major),
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


def _share(max_jump: float) -> str:
    """The shortest text that is the same number when it is read again."""
    return repr(max_jump).removesuffix(".0")


def _cached(sequence: Sequence) -> str:
    if sequence.cache == 1:
        return ""
    return f". CACHE {sequence.cache}: a session hands out the rest of its block first, whatever ids came meanwhile"


def _attaching(column: Column, major: int) -> str:
    if column.kind != "p" or major >= ATTACHABLE:
        return ""
    return ". ATTACH PARTITION refuses a table that has it: detach, work, pgseq guard remove, attach, guard again"


def _names_in_use(inventory: Inventory, existing: tuple[Trigger, ...]) -> frozenset[str]:
    """The functions that go on guarding something else: a table that had this one's name keeps what it has. And those
    of others, which cannot be dropped."""
    return frozenset(
        one.name
        for one in inventory.triggers
        if one not in existing and (one.table_sql is not None or not one.owned_by_us)
    )


def _names(feed: Feed, taken: frozenset[str]) -> tuple[str, str]:
    """Names of function and trigger that are not taken, of letters that need no quotes, with a hash that tells
    like-named tables apart."""
    plain = re.sub(r"[^a-z0-9]+", "_", f"{feed.table}_{feed.column}".lower()).strip("_")
    places = ("\0".join((feed.schema, feed.table, feed.column, *("again",) * number)) for number in count())
    endings = (f"_{hashlib.sha256(place.encode()).hexdigest()[:6]}" for place in places)
    names = (f"advance_{plain}"[: LONGEST - len("pgseq_") - len(ending)] + ending for ending in endings)
    name = next(name for name in names if f"{SCHEMA}.{name}" not in taken)
    return f"{SCHEMA}.{name}", f"pgseq_{name}"


def _comment(sequence: Sequence, feed: Feed) -> str:
    return (
        f"pgseq {__version__} guard: moves {sequence.sql} past explicit ids inserted into {feed.label}. "
        f"Look at it: pgseq guard status. Remove it: pgseq guard remove -t {feed.table_sql}"
    )
