"""pgseq fix"""

from __future__ import annotations

from pathlib import Path

import click
from msgspec.structs import replace

from pgseq.cli.app.command import ClickCommand
from pgseq.cli.options import change
from pgseq.cli.options import shared as options
from pgseq.cli.options.change import ChangeMode
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.shared import SelectionOptions, View
from pgseq.model.hints import Command
from pgseq.model.limits import Limits


@click.command(name="fix", cls=ClickCommand)
@options.connection
@change.mode
@change.undo_file
@options.lock
@options.selection
@options.limits
@options.repair
@options.view("table", "json", "jsonl", "csv", "markdown", "html")
def command(
    connection: Connection,
    selection: SelectionOptions,
    limits: Limits,
    repair: options.RepairOptions,
    lock: options.Lock,
    view: View,
    mode: ChangeMode,
    undo_file: Path | None,
) -> int:
    """Move the sequences that are out of sync beyond the values stored, never backwards.

    Shows the plan and asks. Each sequence is moved in a short transaction of its own, its position computed anew under
    a lock; then everything is read afresh. Prints the statements that undo it.

    \b
    pgseq fix app --dry-run
    pgseq fix app -t public.users --yes
    pgseq fix app --sql fix.sql; psql -X -d app -f fix.sql
    """
    from pgseq.cli.run.common import refuse_to_ask, suggest
    from pgseq.cli.run.fix import apply, rehearse, write
    from pgseq.cli.run.interactive import refuse_format, refuse_several
    from pgseq.undo_file import open_undo_file

    settings = replace(selection.options(limits), policy=replace(repair.policy(), lock=lock))
    if mode.sql is not None:
        refuse_several(connection, "--sql")
        refuse_format(mode, view)
        return write(connection, settings, mode.sql)
    if not (mode.yes or mode.dry_run):
        refuse_to_ask("--yes changes without a question, --dry-run shows what it would do")
    if mode.dry_run:
        code, planned = rehearse(connection, settings, view)
        if planned:
            suggest(view, connection, settings, Command("fix"))
        return code
    with open_undo_file(undo_file) as moves:
        code, reports = apply(connection, settings, view, moves, ask=not mode.yes)
    if any(one.applied is not None and one.applied.result == "moved" for one in reports):
        suggest(view, connection, settings, Command("verify"))
    return code
