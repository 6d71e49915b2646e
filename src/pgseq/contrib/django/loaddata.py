"""manage.py pgseq loaddata"""

from __future__ import annotations

from typing import Any

import click
from django.core.management import CommandError, call_command
from django.core.management.commands.loaddata import Command as Loaddata
from django.core.serializers.base import DeserializationError
from django.db import Error

from pgseq.cli.app.command import ClickCommand
from pgseq.contrib.django import looking
from pgseq.errors import PgseqError, UsageError
from pgseq.model.exit_code import ExitCode


class ForwardLoaddata(Loaddata):
    """Django's loaddata, which moves the sequences of what it has loaded forward alone.

    Django's own sets each to the greatest id, also where that is a step back, and knows only sequences that a column
    owns.
    """

    #: Whether a sequence was left out of sync.
    left = False

    def reset_sequences(self, connection: Any, models: Any) -> None:
        """Move the sequences that feed the tables of these models. Raises CommandError."""
        if connection.vendor != "postgresql":
            super().reset_sequences(connection, models)
            return
        tables = sorted({table for model in models for table in looking.tables_of(model)})
        try:
            reports = looking.fix_tables(connection, tables)
        except PgseqError as error:
            raise CommandError(f"the sequences were not looked at, and nothing was loaded: {error.message}") from error
        for report in reports:
            moved, left = looking.moved(report), looking.left(report)
            if moved and self.verbosity >= 1:
                self.stdout.write(moved)
            if left:
                self.left = True
                self.stderr.write(left)


@click.command(
    name="loaddata",
    cls=ClickCommand,
    context_settings={"ignore_unknown_options": True, "allow_extra_args": True},
    add_help_option=False,
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def command(words: tuple[str, ...]) -> int:
    """Load fixtures as Django does, and move their sequences forward, never back."""
    loaddata = ForwardLoaddata()
    try:
        call_command(loaddata, *words)
    except (CommandError, DeserializationError, Error) as error:
        raise UsageError(f"loaddata: {error}") from error
    return ExitCode.WRONG if loaddata.left else ExitCode.OK
