"""What a command refuses before it starts. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Sequence as Items
from typing import TYPE_CHECKING

from pgseq.errors import ConfigError, NothingMatches, UsageError
from pgseq.model.configuration import Config, Declared
from pgseq.model.sequences import Sequence
from pgseq.model.server import Server
from pgseq.names import display

if TYPE_CHECKING:
    from pgseq.undo_file import UndoEntry, UndoTarget


def refuse_read_only(server: Server) -> None:
    if server.in_recovery:
        raise UsageError(
            f"{server.database} is on a standby (in recovery), which takes no writes",
            "run it on the primary; sequences follow by replication",
        )
    if server.read_only:
        raise UsageError(
            f"{server.database} is set read-only (default_transaction_read_only = on)",
            "if that is not meant for you: PGOPTIONS='-c default_transaction_read_only=off'",
        )


def refuse_transaction(server: Server, *, in_transaction: bool, read_only: bool) -> None:
    """Raises UsageError for a caller's connection on which nothing can be moved: `read_only`, its driver makes READ
    ONLY transactions; or the transaction that it is in is one, or hides newer rows."""
    if read_only or (in_transaction and server.transaction_read_only):
        raise UsageError(
            f"the connection's {'transaction is' if in_transaction else 'transactions are'} READ ONLY",
            "end it first, or pass another connection" if in_transaction else "pass another connection",
        )
    if in_transaction and server.isolation in ("repeatable read", "serializable"):
        raise UsageError(
            f"the connection's transaction is at {server.isolation}, whose snapshot hides rows stored since",
            "commit it first, or pass another connection",
        )


def refuse_open_transaction(*, in_transaction: bool) -> None:
    """Raises UsageError where what is changed would be rolled back along with a savepoint."""
    if in_transaction:
        raise UsageError(
            "the connection is in a transaction, and a guard is installed or removed by transactions of its own",
            "end it first, or pass a DSN or another connection",
        )


def refuse_foreign(moves: Items[UndoEntry], here: UndoTarget) -> None:
    """Raises NothingMatches if none of an undo file's moves was made here."""
    if any(here.holds(one) for one in moves):
        return
    if any(one.database == here.database for one in moves):
        servers = ", ".join(sorted({one.server for one in moves if one.database == here.database and one.server}))
        raise NothingMatches(
            f"the undo file's moves in {display(here.database)} were made on another server "
            f"(system identifier {servers}; this one has {here.server})",
            "name the server on which they were made: a connection string, or -h and -p",
        )
    known = ", ".join(sorted({display(one.database) for one in moves}))
    raise NothingMatches("the undo file tells of no move in this database", f"name one that it tells of: {known}")


def missing_feeds(known: Iterable[Sequence], config: Config) -> tuple[Declared, ...]:
    """The declared feeds that these sequences do not have; the others are noted as used."""
    if not config.feeds:
        return ()
    there = {
        ((sequence.schema, sequence.name), (*table, feed.column))
        for sequence in known
        for feed in sequence.feeds
        for table in ((feed.schema, feed.table), *feed.below)
    }
    missing = tuple(one for one in config.feeds if (one.sequence, one.column) not in there)
    config.effect.feeds.update(set(config.feeds) - set(missing))
    return missing


def refuse_parted_blocks(known: Iterable[Sequence], feeds: Items[Declared]) -> None:
    """Raises ConfigError if a block is declared for part of a tree, which is compared at its top, with that one's."""
    if not feeds:
        return
    tops = {
        ((sequence.schema, sequence.name), (*table, feed.column)): feed
        for sequence in known
        for feed in sequence.feeds
        for table in feed.below
    }
    for declared in feeds:
        top = tops.get((declared.sequence, declared.column))
        if top is not None and declared.block is not None and declared.block != top.block:
            part = ".".join(declared.column)
            raise ConfigError(
                f"a block is declared for {part}, which is part of {top.table_sql} and compared there",
                f"declare it for {top.label}",
            )


def refuse_missing_feeds(feeds: Iterable[Declared], where: str = "this database") -> None:
    """Raises ConfigError for the first of these declared feeds, which do not exist in `where`."""
    for feed in feeds:
        raise ConfigError(
            f"the declared feed {'.'.join(feed.sequence)} → {'.'.join(feed.column)} does not exist in {where}",
            "mend or remove it in [tool.pgseq]; mixed case is quoted as in SQL",
        )
