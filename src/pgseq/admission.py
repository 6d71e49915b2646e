"""What a command refuses before it starts. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from pgseq.config import Config, Declared
from pgseq.errors import ConfigError, UsageError
from pgseq.model import Sequence, Server


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


def refuse_old_snapshot(server: Server, *, in_transaction: bool) -> None:
    if in_transaction and server.isolation in ("repeatable read", "serializable"):
        raise UsageError(
            f"the connection's transaction is at {server.isolation}, whose snapshot hides rows stored since",
            "commit it first, or pass another connection",
        )


def absent(known: Iterable[Sequence], config: Config) -> tuple[Declared, ...]:
    """The declared feeds that a database with these sequences does not have."""
    there = {
        ((sequence.schema, sequence.name), (feed.schema, feed.table, feed.column))
        for sequence in known
        for feed in sequence.feeds
    }
    return tuple(one for one in config.feeds if (one.sequence, one.column) not in there)


def refuse_absent(feeds: Iterable[Declared], where: str = "this database") -> None:
    """Raises ConfigError for the first of these declared feeds, which none of `where` has."""
    for one in feeds:
        raise ConfigError(
            f"the declared feed {'.'.join(one.sequence)} → {'.'.join(one.column)} does not exist in {where}",
            "mend or remove it in [tool.pgseq]; mixed case is quoted as in SQL",
        )
