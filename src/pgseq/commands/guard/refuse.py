"""Reasons to refuse any kind of change. Pure."""

from __future__ import annotations

from typing import Final

from pgseq.commands.guard.model import SCHEMA, Parts
from pgseq.commands.guard.rows import ColumnRow, Schema, SequenceExtras
from pgseq.model.hints import Hint, command
from pgseq.model.reports import SequenceReport
from pgseq.model.sequences import Feed, MissingPrivilege, Problem, Refused, Sequence
from pgseq.model.server import Server

#: A table or sequence is not what it was when it was checked.
CHANGED: Final = Refused(reason="changed meanwhile: dropped, renamed or made anew", hint="run it again")
#: The statement's own words where a role may not alter something.
AS_OWNER = "run it as {owner}, or as a member of that role"


def incomparable(feed: Feed) -> Problem | None:
    """Why a column whose values cannot be compared with the sequence's is left alone, also where it holds none yet."""
    return feed.unreadable


def not_in_sync(report: SequenceReport) -> Problem | None:
    """Why a sequence that is not in sync, or could not be read, is left alone."""
    match report.status:
        case "out_of_sync":
            return Refused(
                reason=f"{report.sequence.sql} is out of sync",
                hint=first(report.sequence, "check" if report.step is None else "fix"),
            )
        case "exhausted":
            hint = first(report.sequence, "check", "make room ")
            return Refused(reason=f"{report.sequence.sql} is exhausted", hint=hint)
        case "unknown":
            why = report.diagnosis.reason
            reason = "it could not be looked at" if why is None else why.reason
            return Refused(reason=reason, hint="" if why is None else why.hint)
        case "ok":
            return None


def first(sequence: Sequence, verb: str, what: str = "") -> Hint:
    """What to run before a sequence can be guarded."""
    return Hint(f"{what}first: ", command(verb, sequence.feeds[0].table_sql if sequence.feeds else sequence.sql))


def not_owner(feed: Feed, column: ColumnRow, extras: SequenceExtras) -> Problem | None:
    """Why the current role cannot alter the table or the sequence, or pgseq does not."""
    if column.extension is not None:
        return Refused(
            reason=f"{feed.table_sql} belongs to extension {column.extension}, which pgseq does not change",
            hint=f"see the documentation of {column.extension}",
        )
    if not column.owned_by_us:
        return MissingPrivilege(
            reason=f"only its owner may alter {feed.table_sql}", hint=AS_OWNER.format(owner=column.owner)
        )
    if not extras.owned_by_us:
        return MissingPrivilege(
            reason="only its owner may alter the sequence", hint=AS_OWNER.format(owner=extras.owner)
        )
    return None


def too_many_locks(feed: Feed, server: Server) -> Problem | None:
    """Why a tree cannot be changed in one transaction: its locks would take the place of everybody else's."""
    if not feed.parts:
        return None
    locks = sum(cost for _, cost in feed.parts)
    return Refused(
        reason=(
            f"{feed.table_sql} and all below it take {locks} locks at once, and the server's lock table has room for "
            f"some {server.lock_slots}, of which pgseq takes {server.lock_share}"
        ),
        hint="raise max_locks_per_transaction (needs a restart of the server)",
    )


def extension_member(report: SequenceReport) -> Problem | None:
    """Why a sequence of an extension is left alone."""
    extension = report.sequence.extension
    if extension is None:
        return None
    return Refused(
        reason=f"{report.sequence.sql} belongs to extension {extension}, which pgseq does not change",
        hint=f"see the documentation of {extension}",
    )


def untrusted_schema(schema: Schema) -> Problem | None:
    """Why nothing is put into the schema of the guards: its owner can drop all that is in it."""
    if schema.trusted:
        return None
    return Refused(
        reason=(
            f"schema {SCHEMA} belongs to {schema.owner}, who can drop every guard in it: it must be a superuser's, the "
            "database owner's or yours"
        ),
        hint=schema.taking,
    )


def owner_may_not_move(sequence: Sequence, feed: Feed, parts: Parts) -> Problem | None:
    """Why the function could not move the sequence: the owner of the table may not."""
    if not parts.owner_privileges.missing_grants:
        return None
    owner = parts.column.owner
    return Refused(
        reason=f"{owner}, who owns {feed.table_sql}, may not move {sequence.sql} of {parts.extras.owner}",
        hint=f"if whoever inserts there shall move it: {'; '.join(parts.owner_privileges.missing_grants)}",
    )


def no_room(schema: Schema, column: ColumnRow) -> Problem | None:
    """Why the function of a guard cannot be put into its schema."""
    if barred := untrusted_schema(schema):
        return barred
    if not schema.may_create:
        return MissingPrivilege(reason=f"no privilege to create objects in schema {SCHEMA}", hint=schema.hint)
    if not column.may_create_function:
        return Refused(
            reason=f"{column.owner}, to whom the function will belong, may not create objects in schema {SCHEMA}",
            hint=f"GRANT CREATE ON SCHEMA {SCHEMA} TO {column.owner}",
        )
    return None
