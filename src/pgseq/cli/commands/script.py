"""pgseq script"""

from __future__ import annotations

from typing import Literal

import click

from pgseq.cli.app.command import ClickCommand, option
from pgseq.cli.options import files
from pgseq.cli.options.files import File


@click.command(name="script", cls=ClickCommand)
@option("--fix", "mode", flag_value="fix", help="Write the script that moves sequences.")
@option("--query", "mode", flag_value="query", help="Write one SELECT that lists the statements to look with.")
@option(
    "-o",
    "--output",
    type=File(dir_okay=False, allow_dash=True),
    default="-",
    metavar="FILE",
    callback=files.script,
    help="Write to a file; - is standard output.",
)
def command(mode: Literal["fix", "query"] | None, output: str) -> int:
    """Write a script of pure SQL that looks, for any client and every server from 12 to 18.

    It needs no pgseq where it runs, is the same for every database, and its last result has a row a sequence.

    \b
    pgseq script | psql -X -d app
    pgseq script --fix -o fix_sequences.sql
    pgseq script --query
    """
    from pgseq.cli.run.portable import write

    write(mode or "check", output)
    return 0
