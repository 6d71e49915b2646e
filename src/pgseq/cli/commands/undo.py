"""pgseq undo"""

from __future__ import annotations

from pathlib import Path

import click

from pgseq.cli.app.command import ClickCommand, option
from pgseq.cli.options import shared as options
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.files import File
from pgseq.cli.options.shared import View
from pgseq.errors import UsageError
from pgseq.model.limits import Limits


@click.command(name="undo", cls=ClickCommand)
@click.argument("file", type=File(dir_okay=False, path_type=Path))
@options.connection
@option("-y", "--yes", is_flag=True, panel="What to do", help="Do not ask.")
@option("--force", is_flag=True, panel="What to do", help="Put back those left alone, too.")
@option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    panel="What to do",
    help="Configuration that declares feeds, instead of pgseq.toml or pyproject.toml here.",
)
@option("--dry-run", is_flag=True, panel="What to do", help="Show what would become of each, and change nothing.")
@options.limits
@options.view("table", "json")
def command(
    file: Path,
    connection: Connection,
    limits: Limits,
    view: View,
    yes: bool,
    force: bool,
    config: Path | None,
    dry_run: bool,
) -> int:
    """Put sequences back to where they stood before a fix, as its --undo-file FILE tells.

    A sequence is left alone where that would put it out of sync: where it would hand out a value that is stored, and
    where it has been used since and would hand out the same values again. --force puts it back all the same.

    \b
    pgseq fix app --undo-file moves.jsonl
    pgseq undo moves.jsonl app --dry-run
    pgseq undo moves.jsonl app
    """
    from pgseq.cli.options.configuration import read
    from pgseq.cli.run.common import refuse_to_ask
    from pgseq.cli.run.undo import undo_move
    from pgseq.workflow import Options

    if yes and dry_run:
        raise UsageError("--yes and --dry-run contradict each other", "leave one out")
    ask = not (yes or dry_run)
    if ask and view.format != "table":
        raise UsageError("there is no question in a document", "--yes puts them back, --dry-run changes nothing")
    if ask:
        refuse_to_ask("--yes puts them back without a question, --dry-run shows what would become of each")
    settings = Options(limits=limits, config=read(config))
    return undo_move(file, connection, settings, view, ask=ask, force=force, rehearse=dry_run)
