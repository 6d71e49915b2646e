"""Connections that cannot be used as they are, in the same words for every driver."""

from __future__ import annotations

from typing import Any

from pgseq.errors import UsageError


class TransactionFailed(UsageError):
    """The caller's transaction has failed: nothing can be asked in it, and nothing of it will stay."""

    def __init__(self, whose: str = "the connection", hint: str = "roll it back, then call pgseq again") -> None:
        super().__init__(f"{whose}'s transaction has failed", hint)


def refuse_status(*, failed: bool, usable: bool) -> None:
    """Raises TransactionFailed, and UsageError where the connection is neither idle nor in a transaction."""
    if failed:
        raise TransactionFailed
    if not usable:
        raise UsageError("the connection is busy or closed", "pass an idle, open connection")


def refuse_console(server_version: bytes | str | None, info: Any) -> None:
    """Raises UsageError for the admin console of PgBouncer, whose server_version is `1.18.0/bouncer`.
    `info`: the driver's facts about the connection."""
    if "bouncer" in str(server_version or ""):
        raise UsageError(
            f"{info.dbname} is PgBouncer's admin console, not a database",
            f"name one of its databases: psql -p {info.port} -d {info.dbname} -c 'SHOW DATABASES' lists them",
        )
