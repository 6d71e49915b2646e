"""Fix defaults by text, narrow sequences and missing ownership. Pure."""

from __future__ import annotations

from typing import Final

from msgspec.structs import replace

from pgseq.commands.guard.blocks import check_default
from pgseq.commands.guard.model import GuardItem, Inventory, Parts
from pgseq.commands.guard.refuse import AS_OWNER, CHANGED, extension_member, not_owner, too_many_locks
from pgseq.commands.guard.rows import ColumnRow, SequenceExtras
from pgseq.core.checks import pgs011_sequence_narrower as narrower
from pgseq.core.checks.wording import type_bound
from pgseq.core.locks import locking
from pgseq.model.arithmetic import INTEGER_BITS
from pgseq.model.changes import Alteration
from pgseq.model.diagnosis import Policy
from pgseq.model.limits import Limits
from pgseq.model.reports import SequenceReport
from pgseq.model.sequences import Feed, MissingPrivilege, Problem, Refused, Sequence

AS_REGCLASS: Final = "regclass"
OWNED_BY: Final = "OWNED BY"
AS_TYPE: Final = "AS type"


def ownerships(inventory: Inventory, limits: Limits) -> list[GuardItem]:
    """The items of every sequence, in the order in which they build on each other; none where nothing is needed."""
    on_server = limits.on(inventory.server.version_num)
    return [item for report in inventory.report.sequences for item in _items(inventory, report, on_server)]


def _items(inventory: Inventory, report: SequenceReport, limits: Limits) -> list[GuardItem]:
    sequence, barred = report.sequence, extension_member(report)
    items = [
        GuardItem(
            what=AS_REGCLASS,
            label=feed.label,
            sequence=sequence,
            feed=feed,
            plan=barred or _by_regclass(inventory, report, feed, limits),
        )
        for feed in sequence.feeds
        if feed.via == "text-default"
    ]
    if narrower.check(report.diagnosis, Policy()) is not None:
        plan = barred or _wider(inventory, report, limits)
        items.append(GuardItem(what=AS_TYPE, label=sequence.sql, sequence=sequence, plan=plan))
    unowned = next((feed for feed in sequence.feeds if feed.via in ("default", "text-default")), None)
    if unowned is not None and not any(feed.owns for feed in sequence.feeds):
        plan = barred or _owned(inventory, report, unowned, limits)
        items.append(GuardItem(what=OWNED_BY, label=unowned.label, sequence=sequence, feed=unowned, plan=plan))
    return items


def _by_regclass(inventory: Inventory, report: SequenceReport, feed: Feed, limits: Limits) -> Alteration | Problem:
    parts = inventory.parts(report, feed)
    if parts is None:
        return CHANGED
    column, extras = parts.column, parts.extras
    problem = feed.ambiguous
    if feed.expression is not None:
        problem = Refused(
            reason=f"the default of {feed.label} is not plainly the sequence's value: {feed.expression}",
            hint=f"write {report.sequence.literal}::regclass in it by hand",
        )
    problem = (
        problem
        or _may_not_draw(report.sequence, feed, parts)
        or not_owner(feed, column, replace(extras, owned_by_us=True))
        or too_many_locks(feed, inventory.server)
    )
    if problem is not None:
        return problem
    # ONLY: a child's own default is its own.
    setting = [f"ONLY {name} ALTER COLUMN {feed.column_sql} SET DEFAULT" for name in column.same_default]
    # LOCK TABLE takes no foreign table, and of a view what is behind it; ALTER TABLE locks what it alters.
    lock = locking((feed.table_sql,), limits, "ACCESS EXCLUSIVE") if column.kind in ("r", "p") else ()
    return Alteration(
        description=f"{feed.label}: {column.expression} → nextval({report.sequence.literal}::regclass)",
        lock=f"ACCESS EXCLUSIVE on {feed.table_sql}",
        effect=(
            f"always {report.sequence.sql}, whatever the search_path; it follows a rename, and cannot be dropped "
            "by itself any more"
        ),
        statements=(
            *lock,
            check_default(feed, column, column.same_default, inventory.server.major),
            *(f"ALTER TABLE {each} nextval({report.sequence.literal}::regclass)" for each in setting),
        ),
        undoing=(*lock, *(f"ALTER TABLE IF EXISTS {each} {column.expression}" for each in setting)),
        settings=limits.settings,
    )


def _may_not_draw(sequence: Sequence, feed: Feed, parts: Parts) -> Problem | None:
    """Why the default is left as text: a dependency on the sequence is no business of who may not draw from it."""
    if parts.owner_privileges.may_call_nextval:
        return None
    return Refused(
        reason=(
            f"{parts.column.owner}, who owns {feed.table_sql}, may not draw from {sequence.sql}, which could not be "
            "dropped any more without this default"
        ),
        hint=f"GRANT USAGE ON SCHEMA {sequence.schema_sql}, and USAGE ON SEQUENCE {sequence.sql}, if it shall",
    )


def _wider(inventory: Inventory, report: SequenceReport, limits: Limits) -> Alteration | Problem:
    sequence = report.sequence
    extras = inventory.extras.get(sequence.oid)
    if extras is None or any(inventory.parts(report, feed) is None for feed in sequence.feeds):
        return CHANGED
    if not extras.owned_by_us:
        return _owner_only(extras)
    wide = _type(sequence)
    alter = f"ALTER SEQUENCE {sequence.sql} AS"
    return Alteration(
        description=f"{sequence.sql}: AS {sequence.data_type} → AS {wide}",
        lock=f"SHARE ROW EXCLUSIVE on {sequence.sql}: nextval() waits for a moment",
        effect=(
            f"it goes on beyond {type_bound(sequence)}, as far as what it feeds; the position stays. "
            "The undo works only until then"
        ),
        statements=(f"{alter} {wide}",),
        undoing=(f"{alter} {sequence.data_type}",),
        settings=limits.settings,
    )


def _owned(inventory: Inventory, report: SequenceReport, feed: Feed, limits: Limits) -> Alteration | Problem:
    sequence = report.sequence
    parts = inventory.parts(report, feed)
    if parts is None:
        return CHANGED
    column, extras = parts.column, parts.extras
    problem = _not_its_own(sequence, feed, column) or not_owner(feed, column, extras)
    if problem is None and extras.owner != column.owner:
        problem = Refused(
            reason=f"{sequence.sql} belongs to {extras.owner}, {feed.table_sql} to {column.owner}",
            hint=f"ALTER SEQUENCE {sequence.sql} OWNER TO {column.owner}",
        )
    if problem is not None:
        return problem
    alter = f"ALTER SEQUENCE {sequence.sql} OWNED BY"
    return Alteration(
        description=f"{sequence.sql}: OWNED BY {feed.label}",
        lock=f"SHARE ROW EXCLUSIVE on {sequence.sql}: nextval() waits; ACCESS SHARE on {feed.table_sql}",
        effect=(
            "dropped along with the column; reset by TRUNCATE … RESTART IDENTITY; "
            "found by pg_get_serial_sequence(), by which frameworks and scripts look for it"
        ),
        statements=(f"{alter} {feed.label}",),
        undoing=(f"{alter} NONE",),
        settings=limits.settings,
    )


def _not_its_own(sequence: Sequence, feed: Feed, column: ColumnRow) -> Problem | None:
    if feed.ambiguous is not None:
        return feed.ambiguous
    if column.kind == "v":
        return Refused(
            reason=f"{feed.table_sql} is a view: {sequence.sql} would be dropped with it, and the rows are a table's",
            hint=f"ALTER SEQUENCE {sequence.sql} OWNED BY … the column of that table",
        )
    if len(sequence.feeds) > 1:
        return Refused(
            reason=f"{sequence.sql} feeds {len(sequence.feeds)} columns, and only one can own it",
            hint=f"if they share it on purpose, leave it; else ALTER SEQUENCE {sequence.sql} OWNED BY …",
        )
    if sequence.schema != feed.schema:
        return Refused(
            reason=f"a table owns sequences of its own schema alone: {sequence.sql} feeds {feed.table_sql}",
            hint=f"if nothing names it by its schema: ALTER SEQUENCE {sequence.sql} SET SCHEMA …",
        )
    return None


def _type(sequence: Sequence) -> str:
    """The narrowest integer type of the columns that is wider than the sequence's own."""
    bits = INTEGER_BITS[sequence.data_type]
    wider = {feed.type for feed in sequence.feeds if INTEGER_BITS.get(feed.type, 0) > bits}
    return min(wider, key=INTEGER_BITS.__getitem__, default="bigint")


def _owner_only(extras: SequenceExtras) -> Problem:
    return MissingPrivilege(reason="only its owner may alter the sequence", hint=AS_OWNER.format(owner=extras.owner))
