"""A check of databases for `manage.py check --database …`, `migrate` and `test`: warnings, never errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.core.checks import CheckMessage, Info, Warning
from django.db import connections

from pgseq.contrib.django import conf
from pgseq.errors import PgseqError
from pgseq.names import display


def check_databases(app_configs: Any, databases: Iterable[str] | None = None, **_: Any) -> list[CheckMessage]:
    """A Warning for each sequence that is out of sync or exhausted, with the fix; its id is that of the finding, such
    as `pgseq.PGS001`. A database that cannot be looked at is a Warning, too (`pgseq.W001`)."""
    settings = conf.read()
    if not settings.check:
        return []
    aliases = [alias for alias in databases or () if settings.looks_at(alias)]
    return [message for alias in aliases for message in _messages(alias)]


def _messages(alias: str) -> Iterator[CheckMessage]:
    from pgseq.contrib.django import looking

    try:
        report = looking.check(connections[alias])
    except PgseqError as error:
        message = f"pgseq could not look at the sequences of {alias!r}: {display(error.message)}"
        yield Warning(message, hint=display(error.hint) or None, id="pgseq.W001")
        return
    for sequence_report in looking.wrong(report):
        code, message, hint = looking.telling(sequence_report)
        yield Warning(message, hint=hint or None, obj=alias, id=f"pgseq.{code}")
    if message := looking.unknown(report):
        yield Info(message, hint=looking.command("check", alias), obj=alias, id="pgseq.I001")
