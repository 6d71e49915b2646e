"""What the commands of `guard` that change something have in common: show, ask, carry out; or write a script."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import rich_click as click

from pgseq.cli.options import change as acting
from pgseq.cli.options import files
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.shared import Selection, View, group
from pgseq.errors import UsageError
from pgseq.model.limits import Limits

if TYPE_CHECKING:
    from pgseq.commands.guard.workflow import Planner


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """How far to go, as typed."""

    yes: bool
    dry_run: bool
    sql: str | None
    undo_file: Path | None

    def run(self, connection: Connection, selection: Selection, limits: Limits, view: View, planner: Planner) -> int:
        """Do what `design` plans, as far as was asked; the exit code. Raises UsageError."""
        from pgseq.cli.run.common import refuse_to_ask
        from pgseq.cli.run.guard import apply, rehearse, write

        settings = selection.options(limits)
        if self.sql is not None:
            return write(connection, settings, view, planner, self.sql, self.undo_file)
        if self.dry_run:
            return rehearse(connection, settings, view, planner, self.undo_file)
        if not self.yes:
            refuse_to_ask("--yes changes without a question, --dry-run shows what it would do")
        return apply(connection, settings, view, planner, self.undo_file, ask=not self.yes)


def _doing(yes: bool, dry_run: bool, sql: str | None, undo_file: Path | None) -> Doing:
    if yes + dry_run + (sql is not None) > 1:
        raise UsageError("--yes, --dry-run and --sql exclude each other", "leave all but one out")
    return Doing(yes=yes, dry_run=dry_run, sql=sql, undo_file=undo_file)


doing = group(
    "doing",
    _doing,
    acting.yes,
    acting.dry_run,
    acting.sql,
    click.option(
        "--undo-file",
        type=files.File(dir_okay=False),
        callback=files.script_path,
        metavar="FILE",
        panel="What to do",
        help="Write the reverse script for psql to FILE before anything is changed.",
    ),
)
