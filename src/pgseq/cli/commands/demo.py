"""pgseq demo"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from pgseq.cli.app.command import ClickCommand, option
from pgseq.cli.options.files import File
from pgseq.model.exit_code import ExitCode


@click.command(name="demo", cls=ClickCommand)
@option("--keep", is_flag=True, help="Leave the server running, and print how to reach and remove it.")
@option(
    "--stop",
    type=File(path_type=Path),
    metavar="FOLDER",
    help="Stop and remove a server that --keep left running.",
)
@option("--ui", is_flag=True, help="Open the broken shop on a page of your browser instead (pgseq ui).")
@option("--no-browser", is_flag=True, help="With --ui: print the address, and open no browser.")
def command(keep: bool, stop: Path | None, ui: bool, no_browser: bool) -> int:
    """Break four sequences on a PostgreSQL of its own, and repair them.

    The server lives in a temporary folder and is gone afterwards. Needs: pip install 'pgseq[demo]'.

    \b
    pgseq demo
    pgseq demo --keep
    pgseq demo --ui
    """
    from rich.console import Console

    from pgseq import demo
    from pgseq.cli.options.shared import caller

    if stop is not None:
        demo.stop(stop)
        return ExitCode.OK
    if ui:
        from pgseq.cli.run.demo import serve

        return serve(keep=keep, browser=not no_browser)
    return demo.run(keep=keep, console=Console(file=sys.stdout), program=caller().program)
