"""The command line. `main` is the entry point; each command is a module, imported when it is needed."""

from __future__ import annotations

from typing import Final

import click

from pgseq.cli.app.command import option
from pgseq.cli.app.group import Commands
from pgseq.version import __version__

#: Where each command is: the only place that lists them.
COMMANDS: Final = {
    "check": "pgseq.cli.commands.check",
    "fix": "pgseq.cli.commands.fix",
    "undo": "pgseq.cli.commands.undo",
    "verify": "pgseq.cli.commands.verify",
    "explain": "pgseq.cli.commands.explain",
    "why": "pgseq.cli.commands.why",
    "range": "pgseq.cli.commands.range",
    "lint": "pgseq.cli.commands.lint",
    "sync": "pgseq.cli.commands.sync",
    "guard": "pgseq.cli.commands.guard",
    "script": "pgseq.cli.commands.script",
    "metrics": "pgseq.cli.commands.metrics",
    "ui": "pgseq.cli.commands.ui",
    "demo": "pgseq.cli.commands.demo",
    "completion": "pgseq.cli.commands.completion",
}


@click.group(
    name="pgseq",
    cls=Commands,
    modules=COMMANDS,
    context_settings={"help_option_names": ["--help"]},
    epilog="Exit codes: 0 in sync; 1 out of sync, exhausted or left unfixed; 2 could not run; 3 not all could be seen.",
)
@click.version_option(__version__, message="%(prog)s %(version)s")
@option("--debug", is_flag=True, help="Show tracebacks of errors.")
def main(debug: bool) -> None:
    """Find, explain, fix and verify PostgreSQL sequences that are out of sync with the columns they feed.

    \b
    pgseq check
    pgseq check -h db1 -U owner app
    pgseq fix postgresql://owner@db1/app --dry-run
    """
