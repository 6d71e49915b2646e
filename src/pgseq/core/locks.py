"""The locks that a step takes before it moves a sequence, alone or with others in one transaction. Pure."""

from __future__ import annotations

from collections.abc import Sequence as Items

from msgspec.structs import replace

from pgseq.model.changes import Move
from pgseq.model.diagnosis import Policy
from pgseq.model.limits import Limits
from pgseq.model.sequences import Sequence
from pgseq.sql import compare, move, unchanged

#: How the statement begins that takes the locks of a step.
LOCK = "LOCK TABLE"
#: The same where no table is locked: only against others that move the sequence.
ALONE = "SELECT pg_advisory_xact_lock"


def joint(sequence: Sequence, policy: Policy) -> tuple[str, ...]:
    """The tables that its step locks, where it may be taken with others: they are of one owner, and it is brief."""
    own, others = lockable(sequence) if policy.lock == "table" else ((), ())
    return own if _brief(sequence) and not others else ()


def _brief(sequence: Sequence) -> bool:
    """Whether its step takes no long look at a table, and leads to where it is to go. Views and foreign tables are not
    read in one transaction with others: it would allow reading them instead of these."""
    slow = any(feed.scan_bytes or feed.unrestricted for feed in sequence.readable)
    return compare.direct(sequence) and sequence.cache == 1 and not slow


def jointly(moves: Items[Move], limits: Limits) -> tuple[str, ...]:
    """The statements of one transaction that makes several moves, each by its own statement. Their tables are locked at
    once, or none: nothing is waited for while one is held."""
    sequences = [move.step.sequence for move in moves]
    tables = tuple(dict.fromkeys(table for move in moves for table in move.joint))
    # Together they take no longer than one may.
    briefly = replace(limits, hold_ms=limits.hold_ms // len(moves))
    return (
        *moves[0].settings,
        *locking((), briefly, others=tables),
        *_as_read(sequences, limits),
        *(move.statements[-1] for move in moves),
    )


def in_words(own: tuple[str, ...], others: tuple[str, ...]) -> str:
    """The locks on `lockable` tables, in words; empty for none."""
    ours = [f"SHARE ROW EXCLUSIVE on {', '.join(own)}"] if own else []
    theirs = [f"without waiting on {', '.join(others)} of other owners"] if others else []
    return ", and ".join(ours + theirs)


def before_moving(sequence: Sequence, own: tuple[str, ...], others: tuple[str, ...], limits: Limits) -> tuple[str, ...]:
    """The statements in front of a move: the locks on tables (`lockable`), or on the sequence alone where there are
    none, and behind them what makes sure that nothing of others has taken the place of what is read."""
    feeds = () if sequence.in_parts else sequence.readable
    if own or others:
        locks = locking(own, limits, others=others)
    else:
        # Another step or a guard could set the sequence between the reading and the setval().
        locks = (f"{ALONE}({move.key(sequence)})", *unchanged.share(feeds))
    return (*locks, *_as_read([sequence], limits))


def _as_read(sequences: Items[Sequence], limits: Limits) -> tuple[str, ...]:
    """The questions whether what belongs to others is still what it was when it was read."""
    feeds = [feed for sequence in sequences if not sequence.in_parts for feed in sequence.readable]
    named = [sequence for sequence in sequences if sequence.by_name]
    return unchanged.unchanged(feeds, named, limits.server_version // 10_000)


def lockable(sequence: Sequence) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The FROM items to lock, those of one owner and those of others: always in the same order, so that two repairs
    cannot block each other for good. None of them where they are too many.

    The one owner is the sequence's, or where no table is his, that of the first.
    """
    if sequence.in_parts:
        return (), ()
    feeds = sorted(sequence.readable, key=lambda feed: feed.relid)
    owners = [feed.owner for feed in feeds]
    first = sequence.owner if sequence.owner in owners else next(iter(owners), 0)
    own: list[str] = []
    others: list[str] = []
    for feed in feeds:
        items = own if feed.owner == first else others
        items += (source for source in feed.sources if source not in feed.unlockable)
    return tuple(own), tuple(others)


def locking(
    tables: tuple[str, ...], limits: Limits, mode: str = "SHARE ROW EXCLUSIVE", others: tuple[str, ...] = ()
) -> tuple[str, ...]:
    """The statements that take a bounded lock on `tables`, and bound what follows while it is held. For tables of
    `others` nobody waits: whoever holds one of them would keep the writers of the first ones waiting."""
    # lock_timeout holds for each table, statement_timeout for all of them together.
    first = (f"{LOCK} {', '.join(tables)} IN {mode} MODE",) if tables else ()
    second = (f"{LOCK} {', '.join(others)} IN {mode} MODE NOWAIT",) if others else ()
    return (
        f"SET LOCAL statement_timeout = {limits.lock_ms}",
        *first,
        *second,
        f"SET LOCAL statement_timeout = {limits.hold_ms}",
    )
