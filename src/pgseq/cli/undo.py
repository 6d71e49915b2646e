"""pgseq undo"""

from __future__ import annotations

from pathlib import Path

import rich_click as click

from pgseq.cli import options
from pgseq.cli.files import File
from pgseq.cli.servers import Connection
from pgseq.render.terminal import Color
from pgseq.session import Limits


@click.command(name="undo")
@click.argument("file", type=File(dir_okay=False, path_type=Path))
@options.connection
@click.option("-y", "--yes", is_flag=True, panel="What to do", help="Do not ask.")
@click.option("--force", is_flag=True, panel="What to do", help="Put back sequences that have been used since, too.")
@options.limits
@options.color
def command(file: Path, connection: Connection, limits: Limits, color: Color, yes: bool, force: bool) -> int:
    """Put sequences back to where they stood before a fix, as its --undo-file FILE tells.

    A sequence that has been used since is left alone: it would hand out the same values again.

    \b
    pgseq fix app --undo-file moves.jsonl
    pgseq undo moves.jsonl app
    """
    from pgseq.cli.putback import put_back
    from pgseq.cli.work import refuse_to_ask

    if not yes:
        refuse_to_ask("--yes puts them back without a question")
    return put_back(file, connection, limits, color, ask=not yes, force=force)
