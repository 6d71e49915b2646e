"""Samples of an earlier document of `check` (or `range`): `--since check.json`. Pure but for reading the file."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from pgseq.commands.range.model import Sample
from pgseq.errors import UsageError
from pgseq.model.server import Server
from pgseq.names import display

#: Bytes of a document that are read.
MOST: Final = 2**30


def earlier_samples(path: Path, server: Server) -> dict[str, Sample]:
    """The positions that a document holds of a database, by the sequence's name in SQL. Raises UsageError for a file
    that is no such document, or of other databases alone."""
    name = display(str(path))
    try:
        if path.stat().st_size > MOST:
            raise UsageError(
                f"{name} is larger than a document of pgseq", "name what `pgseq check --format json` wrote"
            )
        document = json.loads(path.read_text("utf-8"))
        databases = [_samples(one) for one in document["databases"] if _same(one, server)]
    except OSError as error:
        raise UsageError(
            f"cannot read {name}: {error.strerror}", "name what `pgseq check --format json` wrote"
        ) from None
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        hint = "name what `pgseq check --format json` wrote"
        raise UsageError(f"{name} is not a document of `pgseq check`", hint) from None
    if not databases:
        raise UsageError(
            f"{name} says nothing of the database {display(server.database)} on this server", "name another"
        )
    return databases[0]


def _same(database: Any, server: Server) -> bool:
    if database["database"] != server.database:
        return False
    identifiers = (database.get("system_identifier"), server.system_identifier)
    if None not in identifiers:
        return bool(identifiers[0] == identifiers[1])
    return bool((database.get("host"), database.get("port")) == (server.host, server.port))


def _samples(database: Any) -> dict[str, Sample]:
    time = datetime.fromisoformat(database["server_time"]).timestamp()
    address = (str(database.get("host") or ""), int(database.get("port") or 0))
    return {
        str(sequence["sql"]): Sample(
            time=time,
            last=int(sequence["last_value"]) - (0 if sequence["is_called"] else int(sequence["increment"])),
            address=address,
            name=str(sequence["sql"]),
            increment=int(sequence["increment"]),
        )
        for sequence in database["sequences"]
        if sequence.get("last_value") is not None
    }
