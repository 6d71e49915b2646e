"""pgseq check"""

from __future__ import annotations

import click
from msgspec.structs import replace

from pgseq.cli.app.command import option
from pgseq.cli.app.monitoring import PluginCommand
from pgseq.cli.options import shared as options
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.grouping import Decorator
from pgseq.cli.options.shared import SelectionOptions, View
from pgseq.cli.options.types import Span, span
from pgseq.errors import UsageError
from pgseq.model.hints import Command, Hint
from pgseq.model.limits import Limits


def _threshold(*names: str, help: str) -> Decorator:
    return option(*names, type=span, metavar="SPAN", panel="What counts", help=help)


@click.command(name="check", cls=PluginCommand)
@options.connection
@options.selection
@options.limits
@options.repair
@options.within
@options.require
@_threshold("--warning", help="With --format nagios (there -w, too): 1 where one ends sooner: 90d, or so many values.")
@_threshold("-c", "--critical", help="With --format nagios: 2 where one ends sooner.")
@options.view("table", "json", "jsonl", "csv", "markdown", "html", "github", "nagios")
def command(
    connection: Connection,
    selection: SelectionOptions,
    limits: Limits,
    repair: options.RepairOptions,
    view: View,
    within: int | None,
    require: bool,
    warning: Span | None,
    critical: Span | None,
) -> int:
    """Report the sequences that are out of sync. Reads only.

    DSN is a URI, a conninfo string or a database name; several may be given. What is not given comes from libpq:
    PG* variables, service files, .pgpass.

    \b
    pgseq check -h db1 -U owner app
    pgseq check postgresql://owner@db1/app -n 'public' --format json
    pgseq check --all -h db1 -U postgres
    pgseq check app --format nagios -w 90d -c 30d
    """
    from pgseq.cli.run.common import check, suggest

    settings = replace(selection.options(limits), policy=replace(repair.policy(), within=within))
    if view.format == "nagios":
        from pgseq.cli.run.nagios import run

        return run(connection, settings, view, warning=warning, critical=critical, require=require)
    if warning is not None or critical is not None:
        hint = Hint(Command("range", options=("--within", "90d")), " exits with 1")
        raise UsageError("--warning and --critical go with --format nagios", hint)
    code, prospect = check(connection, settings, view, require=require)
    if prospect:
        suggest(view, connection, settings, Command("fix"), prospect)
    return code
