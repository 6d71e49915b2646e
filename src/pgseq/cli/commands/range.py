"""pgseq range"""

from __future__ import annotations

from pathlib import Path

import click

from pgseq.cli.app.command import ClickCommand, option
from pgseq.cli.options import shared
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.files import File
from pgseq.cli.options.shared import SelectionOptions, View
from pgseq.cli.options.types import Span, span
from pgseq.errors import UsageError
from pgseq.model.limits import Limits


@click.command(name="range", cls=ClickCommand)
@shared.connection
@shared.selection
@shared.limits
@option(
    "--within",
    type=span,
    metavar="SPAN",
    panel="What counts",
    help="Exit with 1 where a sequence ends sooner: 90d, 12h, 2w, 1y, or so many values.",
)
@option(
    "--history",
    type=File(dir_okay=False, path_type=Path),
    metavar="FILE",
    panel="History",
    help="Keep samples in this file, instead of pgseq/history.sqlite under $XDG_STATE_HOME.",
)
@option("--no-history", is_flag=True, panel="History", help="Neither read nor keep samples.")
@option(
    "--since",
    type=File(dir_okay=False, path_type=Path),
    metavar="FILE",
    panel="History",
    help="An earlier document of `pgseq check --format json`, as one more sample.",
)
@option(
    "--clock",
    metavar="COLUMN",
    panel="History",
    help="Without samples: the column that tells when a row was inserted [default: one that is NOT NULL with now()].",
)
@shared.view("table", "json", "jsonl", "csv", "markdown", "html")
def command(
    connection: Connection,
    selection: SelectionOptions,
    limits: Limits,
    view: View,
    within: Span | None,
    history: Path | None,
    no_history: bool,
    since: Path | None,
    clock: str | None,
) -> int:
    """Say how many values sequences have left until something ends their run, and how long that lasts.

    A run ends at a stored value, at the last value of a fed column's type or CHECK, of a column that refers to one by
    foreign key, of a limit that the configuration declares, or at the sequence's own bound. How long the rest lasts is
    told from samples, of which each run keeps one. Reads only the database.

    \b
    pgseq range -h db1 -U owner app
    pgseq range --all -h db1 --within 90d --quiet
    """
    if no_history and history is not None:
        raise UsageError("--history and --no-history contradict each other", "leave one out")
    from pgseq.cli.run.range import run
    from pgseq.commands.range.model import Within
    from pgseq.commands.range.samples import usual_path
    from pgseq.commands.range.workflow import RangeOptions

    options = selection.options(limits)
    path = None if no_history else history or options.config.history or usual_path()
    asked = RangeOptions(
        history=path,
        since=since,
        clock=clock,
        within=None if within is None else Within(seconds=within[0], values=within[1]),
    )
    return run(connection, options, asked, view)
