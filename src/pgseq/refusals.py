"""Why the server refused a statement, as a reason and a remedy. Goes by SQLSTATE, since messages are localised."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pgseq.errors import QueryFailed
from pgseq.model import Feed, Sequence, Unseen
from pgseq.names import display
from pgseq.session import Limits, Session, transaction
from pgseq.sql import load

#: Lock modes that keep out a reader, and a SHARE ROW EXCLUSIVE lock (PostgreSQL documentation, "Explicit Locking").
AGAINST_READING = ("AccessExclusiveLock",)
AGAINST_LOCKING = (
    "RowExclusiveLock",
    "ShareUpdateExclusiveLock",
    "ShareLock",
    "ShareRowExclusiveLock",
    "ExclusiveLock",
    "AccessExclusiveLock",
)
#: lock_not_available, query_canceled (a time-out), deadlock_detected.
BUSY = ("55P03", "57014", "40P01")
#: Sessions named in a message.
NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """A session in the way of a lock on the relation `relid` (a row of holders.sql)."""

    relid: int
    pid: int
    application: str
    seconds: int | None

    def __str__(self) -> str:
        who = f" ({display(self.application)})" if self.application else ""
        since = f", in a transaction for {self.seconds} s" if self.seconds is not None else ""
        return f"pid {self.pid}{who}{since}"


def holders(session: Session, relids: Iterable[int], modes: tuple[str, ...], limits: Limits) -> list[Holder]:
    """The sessions that stand in the way on these relations. Raises QueryFailed, ConnectionFailed."""
    question = (
        load("holders", 0)
        .replace("{:relids}", f"{{{','.join(map(str, relids))}}}")
        .replace("{:modes}", f"{{{','.join(modes)}}}")
    )
    return transaction(session, [question], settings=limits.settings)[0].into(Holder)


def held(name: str, found: list[Holder]) -> Unseen:
    """That the relation `name` is locked, and by whom."""
    return Unseen(
        reason=f"{name} is locked by {', '.join(map(str, found[:NAMED]))}",
        remedy=f"wait for it, or end it: SELECT pg_terminate_backend({found[0].pid})",
    )


def refusal(
    session: Session,
    sequence: Sequence,
    feeds: tuple[Feed, ...],
    error: QueryFailed,
    modes: tuple[str, ...],
    limits: Limits,
) -> Unseen:
    """What stood in the way of a statement on `sequence` and the tables of `feeds`. Raises QueryFailed,
    ConnectionFailed."""
    tables = ", ".join(feed.table_sql for feed in feeds) or sequence.sql
    if error.sqlstate in BUSY:
        found = holders(session, [sequence.oid, *(feed.relid for feed in feeds)], modes, limits)
        if found:
            names = {sequence.oid: sequence.sql} | {feed.relid: feed.table_sql for feed in feeds}
            return held(names[found[0].relid], found)
    match error.sqlstate:
        case "55P03":
            return Unseen(
                reason=f"no lock on {tables} within {limits.lock_ms} ms",
                remedy="run again, or give more time with --lock-timeout",
            )
        case "57014":
            return Unseen(
                reason=f"reading {tables} took too long ({error.message})",
                remedy="create an index on the column, or give more time with --statement-timeout",
            )
        case "42P01" | "3F000" | "42703":
            return Unseen(reason=f"changed or dropped meanwhile: {error.message}", remedy="run again")
        case "42501":
            lacking = _lacking(session, sequence, feeds, modes, limits)
            return Unseen(reason=error.message, remedy=lacking or "ask the owner for the right named above")
        case _:
            return Unseen(reason=f"{error.message} (SQLSTATE {error.sqlstate})", remedy=error.hint)


def _lacking(
    session: Session, sequence: Sequence, feeds: tuple[Feed, ...], modes: tuple[str, ...], limits: Limits
) -> str:
    """The statements that would give the current role the rights that it lacks on the sequence and the tables."""
    relids = ",".join(map(str, (sequence.oid, *(feed.relid for feed in feeds))))
    privileges = "SELECT" if modes == AGAINST_READING else "UPDATE,DELETE,TRUNCATE"
    apart = any(feed.sources != (feed.table_sql,) for feed in feeds)
    question = (
        load("rights", 0)
        .replace("{:relids}", f"{{{relids}}}")
        .replace("{:privileges}", privileges)
        .replace("{:apart}", str(apart).lower())
    )
    (answer,) = transaction(session, [question], settings=limits.settings)
    remedies = [remedy for (remedy,) in answer.rows]
    more = f"; and {len(remedies) - NAMED} more like these" if apart and len(remedies) > NAMED else ""
    return "; ".join(remedies[:NAMED] if more else remedies) + more
