"""pgseq undo"""

from __future__ import annotations

from pathlib import Path

import rich_click as click

from pgseq.cli.options import shared as options
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.files import File
from pgseq.model.limits import Limits
from pgseq.render.text.terminal import Color


@click.command(name="undo")
@click.argument("file", type=File(dir_okay=False, path_type=Path))
@options.connection
@click.option("-y", "--yes", is_flag=True, panel="What to do", help="Do not ask.")
@click.option("--force", is_flag=True, panel="What to do", help="Put back those left alone, too.")
@click.option(
    "--config",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    panel="What to do",
    help="Configuration that declares feeds, instead of pgseq.toml or pyproject.toml here.",
)
@options.limits
@options.color
def command(
    file: Path, connection: Connection, limits: Limits, color: Color, yes: bool, force: bool, config: Path | None
) -> int:
    """Put sequences back to where they stood before a fix, as its --undo-file FILE tells.

    A sequence is left alone where that would put it out of sync: where it would hand out a value that is stored, and
    where it has been used since and would hand out the same values again. --force puts it back all the same.

    \b
    pgseq fix app --undo-file moves.jsonl
    pgseq undo moves.jsonl app
    """
    from pgseq.cli.options.configuration import read
    from pgseq.cli.run.common import refuse_to_ask
    from pgseq.cli.run.undo import undo_move
    from pgseq.workflow import Options

    if not yes:
        refuse_to_ask("--yes puts them back without a question")
    settings = Options(limits=limits, config=read(config))
    return undo_move(file, connection, settings, color, ask=not yes, force=force)
