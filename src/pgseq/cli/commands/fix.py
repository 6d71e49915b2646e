"""pgseq fix"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import rich_click as click

from pgseq.cli.options import change as acting
from pgseq.cli.options import shared as options
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.next_command import bounds, locking
from pgseq.cli.options.shared import Selection, View
from pgseq.errors import UsageError
from pgseq.model.limits import Limits


@click.command(name="fix")
@options.connection
@acting.yes
@acting.dry_run
@acting.sql
@acting.undo_file
@options.lock
@options.selection
@options.limits
@options.repair
@options.view("table", "json", "csv", "markdown")
def command(
    connection: Connection,
    selection: Selection,
    limits: Limits,
    repair: options.Repair,
    lock: options.Lock,
    view: View,
    yes: bool,
    dry_run: bool,
    sql: str | None,
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
    from pgseq.undo_file import open_undo_file

    if yes + dry_run + (sql is not None) > 1:
        raise UsageError("--yes, --dry-run and --sql exclude each other", "leave all but one out")
    settings = replace(selection.options(limits), policy=replace(repair.policy(), lock=lock))
    if sql is not None:
        return write(connection, settings, view, sql)
    if not (yes or dry_run):
        refuse_to_ask("--yes changes without a question, --dry-run shows what it would do")
    what = [*connection.arguments(), *selection.arguments(), *bounds(limits)]
    if dry_run:
        code, planned = rehearse(connection, settings, view)
        if planned:
            suggest(view, "fix", [*what, *locking(lock), *repair.arguments()])
        return code
    with open_undo_file(undo_file) as notes:
        code, seen = apply(connection, settings, view, notes, ask=not yes)
    if any(one.applied is not None and one.applied.result == "moved" for one in seen):
        suggest(view, "verify", what)
    return code
