"""pgseq check"""

from __future__ import annotations

from dataclasses import replace

import rich_click as click

from pgseq.cli.options import shared as options
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.shared import Selection, View
from pgseq.model.hints import Command
from pgseq.model.limits import Limits


@click.command(name="check")
@options.connection
@options.selection
@options.limits
@options.repair
@options.within
@options.require
@options.view("table", "json", "jsonl", "csv", "markdown", "html", "github")
def command(
    connection: Connection,
    selection: Selection,
    limits: Limits,
    repair: options.Repair,
    view: View,
    within: int | None,
    require: bool,
) -> int:
    """Report the sequences that are out of sync. Reads only.

    DSN is a URI, a conninfo string or a database name; several may be given. What is not given comes from libpq:
    PG* variables, service files, .pgpass.

    \b
    pgseq check -h db1 -U owner app
    pgseq check postgresql://owner@db1/app -n 'public' --format json
    pgseq check --all -h db1 -U postgres
    """
    from pgseq.cli.run.common import check, suggest

    settings = replace(selection.options(limits), policy=replace(repair.policy(), within=within))
    code, prospect = check(connection, settings, view, require=require)
    if prospect:
        suggest(view, connection, settings, Command("fix"), prospect)
    return code
