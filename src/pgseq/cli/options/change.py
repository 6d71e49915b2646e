"""The options of commands that change something: ask or not, only show, or write a script."""

from __future__ import annotations

import rich_click as click

from pgseq.cli.options import files

PANEL = "What to do"

yes = click.option("-y", "--yes", is_flag=True, panel=PANEL, help="Do not ask.")
dry_run = click.option("--dry-run", is_flag=True, panel=PANEL, help="Show the plan and change nothing.")
sql = click.option(
    "--sql",
    is_flag=False,
    flag_value="-",
    type=files.File(dir_okay=False, allow_dash=True),
    callback=files.script,
    metavar="[FILE]",
    panel=PANEL,
    help="Write the plan as a script for psql, to standard output or FILE, and change nothing.",
)
undo_file = click.option(
    "--undo-file",
    type=files.File(dir_okay=False),
    callback=files.undo,
    metavar="FILE",
    panel=PANEL,
    help="Note every move in FILE before it is made, for pgseq undo.",
)
