"""Why the server refused a statement, and a hint. Decided by SQLSTATE, since messages are localised."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from msgspec import Struct

from pgseq.core.locks import ALONE, LOCK
from pgseq.errors import QueryFailed
from pgseq.model.limits import Limits, restricts
from pgseq.model.sequences import Feed, Problem, Refused, Sequence
from pgseq.names import display
from pgseq.pg.session import Session, transaction
from pgseq.sql import braced, load, unchanged
from pgseq.text.patterns import lazily

#: query_canceled: a time-out, mostly.
CANCELED = "57014"
#: lock_not_available, query_canceled, deadlock_detected.
BUSY = ("55P03", CANCELED, "40P01")
#: Sessions named in a message.
NAMED = 3
#: Keywords and names at the beginning of a statement: `COPY public.orders FROM`.
_FIRST_WORDS: Final = lazily(r'\s*(?:[A-Za-z_][\w$.]*(?:"[^"]*")?(?=[\s;(]|$)\s*){1,4}')


class Against(Struct, frozen=True, kw_only=True):
    """What keeps out something that is to be done: locks of others, missing privileges, time (PostgreSQL documentation,
    "Explicit Locking")."""

    #: Lock modes on its tables, and on its sequence.
    tables: tuple[str, ...]
    sequences: tuple[str, ...]
    #: One of these privileges on each of them is needed.
    privileges: str
    #: Whether it locks the tables itself (`plan.locking`), and what does without that.
    locks: bool = False
    otherwise: str = ""


#: Lock modes that keep out nextval() and who reads the position, which lock a sequence as ROW EXCLUSIVE.
_AGAINST_NEXTVAL = ("ShareLock", "ShareRowExclusiveLock", "ExclusiveLock", "AccessExclusiveLock")
_ALTERING = "UPDATE,DELETE,TRUNCATE"
AGAINST_READING = Against(tables=("AccessExclusiveLock",), sequences=_AGAINST_NEXTVAL, privileges="SELECT")
#: Moving without a lock on the tables, and under SHARE ROW EXCLUSIVE.
AGAINST_MOVING = Against(tables=("AccessExclusiveLock",), sequences=_AGAINST_NEXTVAL, privileges=_ALTERING)
AGAINST_LOCKING = Against(
    tables=("RowExclusiveLock", "ShareUpdateExclusiveLock", *_AGAINST_NEXTVAL),
    sequences=_AGAINST_NEXTVAL,
    privileges=_ALTERING,
    locks=True,
    otherwise="--lock none, which holds none",
)
#: Changing a definition, under ACCESS EXCLUSIVE.
AGAINST_ALTERING = Against(
    tables=("AccessShareLock", "RowShareLock", *AGAINST_LOCKING.tables),
    sequences=("AccessShareLock", "RowShareLock", *AGAINST_LOCKING.tables),
    privileges=_ALTERING,
    locks=True,
)


class Holder(Struct, frozen=True, kw_only=True):
    """A session, or a prepared transaction, in the way of a lock on the relation `relid` (a row of holders.sql)."""

    relid: int
    pid: int | None
    application: str
    #: Of a prepared transaction: its identifier, and the same as a quoted SQL string.
    gid: str | None
    gid_literal: str | None
    seconds: int | None
    #: pg_stat_activity.state, and the beginning of its last statement; empty where this role may not see them.
    state: str = ""
    query: str = ""

    def __str__(self) -> str:
        if self.gid_literal is not None:
            since = f", prepared {self.seconds} s ago" if self.seconds is not None else ""
            return f"the prepared transaction {display(self.gid_literal)}{since}"
        who = f" ({display(self.application)})" if self.application else ""
        since = f", in a transaction for {self.seconds} s" if self.seconds is not None else ""
        return f"pid {self.pid}{who}{since}{self._doing}"

    @property
    def _doing(self) -> str:
        """The state and the first words of the statement, up to the first that could be a value."""
        words = _FIRST_WORDS.match(self.query)
        if not self.state or words is None:
            return f", {self.state}" if self.state else ""
        return f", {self.state}{':' if self.state == 'active' else ' after'} {display(words[0].strip())} …"

    @property
    def hint(self) -> str:
        """How to end the session or transaction."""
        if self.gid_literal is not None:
            gid = display(self.gid_literal)
            return f"its transaction manager has not ended it: COMMIT PREPARED {gid}, or ROLLBACK PREPARED {gid}"
        return f"wait for it; ending it undoes what it has done so far: SELECT pg_terminate_backend({self.pid})"


def holders(session: Session, relids: Iterable[int], against: Against, limits: Limits) -> list[Holder]:
    """The sessions that hold locks in the way; none if that cannot be queried. Raises ConnectionFailed."""
    modes = {"tables": braced(against.tables), "sequences": braced(against.sequences)}
    question = load("pg.holders", relids=braced(relids), **modes)
    try:
        (answer,) = transaction(session, [question], settings=limits.settings)
    except QueryFailed:
        return []
    return answer.into(Holder)


def held(name: str, holders_of: list[Holder]) -> Problem:
    """The relation `name` is locked, and by which sessions."""
    return Refused(reason=f"{name} is locked by {', '.join(map(str, holders_of[:NAMED]))}", hint=holders_of[0].hint)


def busy(error: QueryFailed) -> bool:
    """Whether a statement that takes locks (`plan.locking`) may succeed when tried again."""
    return error.sqlstate in BUSY and not _cut_off(error)


def _cut_off(error: QueryFailed) -> bool:
    """Whether time ran out only after the locks on tables were granted: no one holds what is needed."""
    return error.sqlstate == CANCELED and not error.statement.startswith(LOCK)


def refusal(
    session: Session,
    sequence: Sequence,
    feeds: tuple[Feed, ...],
    error: QueryFailed,
    against: Against,
    limits: Limits,
) -> Problem:
    """Why a statement on `sequence` and the tables of `feeds` failed. Raises ConnectionFailed."""
    tables = ", ".join(feed.table_sql for feed in feeds) or sequence.sql
    # Under the lock only one on the sequence can still have been waited for.
    locked = against.locks and _cut_off(error)
    if error.sqlstate in BUSY:
        relids = [] if locked else [feed.relid for feed in feeds]
        blocking = holders(session, [sequence.oid, *relids], against, limits)
        if blocking:
            names = {sequence.oid: sequence.sql} | {feed.relid: feed.table_sql for feed in feeds}
            return held(names[blocking[0].relid], blocking)
    match error.sqlstate:
        case "55P03" if error.statement.startswith(ALONE):
            return Refused(
                reason=(
                    f"another session has held the advisory lock of {sequence.sql} for {limits.lock_ms} ms: another "
                    "pgseq, a guard, or anybody"
                ),
                hint=(
                    "run again, or give more time with --lock-timeout; who holds advisory locks: "
                    "SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted"
                ),
            )
        case "55P03":
            return Refused(
                reason=f"no lock on {tables} within {limits.lock_ms} ms",
                hint="run again, or give more time with --lock-timeout",
            )
        case "57014" if locked:
            return _too_long(tables, feeds, error, against, limits)
        case "57014":
            return Refused(
                reason=f"reading {tables} took too long ({error.message})",
                hint="create an index on the column, or give more time with --statement-timeout",
            )
        case "42P01" | "3F000" | "42703":
            return Refused(reason=f"changed or dropped meanwhile: {error.message}", hint="run again")
        case "22P02" if error.statement.startswith(unchanged.QUESTION):
            return Refused(
                reason=f"{tables} changed meanwhile: another relation has its name, or code of others would run",
                hint="run again; if it changes again, ask its owner why",
            )
        case "55000" if error.statement and restricts(session.server_version):
            return Refused(reason=f"changed meanwhile: {error.message}", hint="run again")
        case "42501":
            lacking = _lacking(session, sequence, feeds, against, limits)
            return Refused(reason=error.message, hint=lacking or "ask the owner for the privilege named above")
        case "XX001" | "XX002" | "58030" | "58P01":
            what = f"{tables}, an index of it or {sequence.sql}" if feeds else sequence.sql
            return Refused(
                reason=f"the server cannot read {what} from its disk: {error.message}",
                hint="pg_amcheck tells what is damaged; REINDEX mends an index; for the rest, a backup or standby",
            )
        case _:
            return Refused(reason=f"{error.message} (SQLSTATE {error.sqlstate})", hint=error.hint)


def _too_long(tables: str, feeds: tuple[Feed, ...], error: QueryFailed, against: Against, limits: Limits) -> Problem:
    """That the time for which a lock may be held is too short. No index serves a text, which is read as a number."""
    columns = ", ".join(feed.label for feed in feeds if feed.kind != "text")
    index = f"create an index on {columns}" if columns else ""
    ways = " or ".join(way for way in (index, against.otherwise) if way)
    return Refused(
        reason=f"reading {tables} takes longer than a lock may be held, {limits.hold_ms} ms ({error.message})",
        hint=ways or "run again while less is going on",
    )


def _lacking(session: Session, sequence: Sequence, feeds: tuple[Feed, ...], against: Against, limits: Limits) -> str:
    """The GRANT statements for the privileges that the current role lacks on the sequence and the tables; empty if that
    cannot be queried. Raises ConnectionFailed."""
    relids = braced((sequence.oid, *(feed.relid for feed in feeds)))
    apart = any(feed.sources != (feed.table_sql,) for feed in feeds)
    question = load(
        "pg.rights",
        session.server_version // 10_000,
        relids=relids,
        privileges=against.privileges,
        apart=str(apart).lower(),
    )
    try:
        (answer,) = transaction(session, [question], settings=limits.settings)
    except QueryFailed:
        return ""
    remedies = [hint for (hint,) in answer.rows]
    more = f"; and {len(remedies) - NAMED} more like these" if apart and len(remedies) > NAMED else ""
    return "; ".join(remedies[:NAMED] if more else remedies) + more
