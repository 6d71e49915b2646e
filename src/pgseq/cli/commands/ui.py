"""pgseq ui"""

from __future__ import annotations

import click
from msgspec.structs import replace

from pgseq.cli.app.command import ClickCommand, option
from pgseq.cli.options import shared as options
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.shared import SelectionOptions
from pgseq.model.limits import Limits

PANEL = "The page"


@click.command(name="ui", cls=ClickCommand)
@options.connection
@option(
    "--page-port",
    type=click.IntRange(0, 65535),
    default=0,
    show_default="a free one",
    metavar="PORT",
    panel=PANEL,
    help="Port of 127.0.0.1 to serve the page on.",
)
@option("--no-browser", is_flag=True, panel=PANEL, help="Print the address, and open no browser.")
@option("--no-fix", is_flag=True, panel=PANEL, help="Only look: nothing can be changed on the page.")
@options.lock
@options.selection
@options.limits
@options.repair
def command(
    connection: Connection,
    selection: SelectionOptions,
    limits: Limits,
    repair: options.RepairOptions,
    lock: options.Lock,
    page_port: int,
    no_browser: bool,
    no_fix: bool,
) -> int:
    """Show sequences on a page of your browser: what is wrong, the plan, a click to move forward, proof and undo.

    The page is for this computer alone, and its address opens it once. Every fix writes an undo file to the current
    folder first. Ctrl-C ends it. Needs: pip install 'pgseq[web]'.

    \b
    pgseq ui app
    pgseq ui --all -h db1 -U owner --no-fix
    """
    from pgseq.cli.run.ui import serve

    settings = replace(selection.options(limits), policy=replace(repair.policy(), lock=lock))
    return serve(connection, settings, port=page_port, browser=not no_browser, fixing=not no_fix)
