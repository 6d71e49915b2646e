"""pgseq demo"""

from __future__ import annotations

import sys
from pathlib import Path

import rich_click as click

from pgseq.cli.options.files import File
from pgseq.model.exit_code import ExitCode


@click.command(name="demo")
@click.option("--keep", is_flag=True, help="Leave the server running, and print how to reach and remove it.")
@click.option(
    "--stop",
    type=File(path_type=Path),
    metavar="FOLDER",
    help="Stop and remove a server that --keep left running.",
)
def command(keep: bool, stop: Path | None) -> int:
    """Break four sequences on a PostgreSQL of its own, and repair them.

    The server lives in a temporary folder and is gone afterwards. Needs: pip install 'pgseq[demo]'.

    \b
    pgseq demo
    pgseq demo --keep
    """
    from rich.console import Console

    from pgseq import demo

    if stop is not None:
        demo.stop(stop)
        return ExitCode.OK
    return demo.run(keep=keep, console=Console(file=sys.stdout))
