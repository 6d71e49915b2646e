"""Connections that cannot be used as they are, in the same words for every driver."""

from __future__ import annotations

from typing import Any

from pgseq.errors import UsageError


def refuse_status(*, failed: bool, usable: bool) -> None:
    """Raises UsageError where the connection's transaction has failed, or it is neither idle nor in one."""
    if failed:
        raise UsageError("the connection's transaction has failed", "roll it back, then call pgseq again")
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
