"""What happens after `migrate`: a warning, or the repair."""

from __future__ import annotations

import sys
from typing import Any

from django.db import connections

from pgseq.contrib.django import conf
from pgseq.errors import PgseqError
from pgseq.names import display


def after_migrate(*, using: str, verbosity: int = 1, **options: Any) -> None:
    """Say which sequences the database has out of sync, or move them, as PGSEQ["POST_MIGRATE"] says. Never raises for
    what the database says: the migration is done."""
    settings = conf.read()
    # `flush` sends the signal, too, after each TransactionTestCase; it has no plan.
    if settings.post_migrate == "off" or "plan" not in options or not settings.looks_at(using):
        return
    from pgseq.contrib.django import looking

    stdout: Any = options.get("stdout") or sys.stdout
    look = looking.fix if settings.post_migrate == "fix" else looking.check
    try:
        report = look(connections[using])
    except PgseqError as error:
        lines = [f"pgseq: the sequences of {using!r} could not be looked at: {display(error.message)}"]
    else:
        lines = [line for line in map(looking.moved, report.sequences) if line]
        for sequence_report in looking.wrong(report):
            _, message, hint = looking.telling(sequence_report)
            lines += [f"pgseq: {message}", *([f"  {hint}"] if hint else [])]
        if message := looking.unknown(report):
            lines += [f"pgseq: {message}", f"  {looking.command('check', using)}"]
    if verbosity >= 1:
        for line in lines:
            stdout.write(f"{line}\n")
