"""pgseq verify"""

from __future__ import annotations

import click

from pgseq.cli.app.command import ClickCommand, option
from pgseq.cli.options import shared as options
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.shared import SelectionOptions, View
from pgseq.model.hints import Command
from pgseq.model.limits import Limits


@click.command(name="verify", cls=ClickCommand)
@options.connection
@options.selection
@options.limits
@option("--insert", is_flag=True, help="Try a real INSERT in each fed table and roll it back.")
@options.require
@options.view("table", "json", "jsonl", "csv", "markdown")
def command(
    connection: Connection, selection: SelectionOptions, limits: Limits, insert: bool, require: bool, view: View
) -> int:
    """Prove the next insert: that the value nextval() would give is free in every column it feeds.

    Reads only. With --insert, each INSERT fires triggers and uses up one value of its sequence, as nextval() is not
    undone by ROLLBACK.

    \b
    pgseq verify -h db1 -U owner app
    pgseq verify app -t public.users --insert
    """
    from pgseq.cli.run.common import suggest, verify

    settings = selection.options(limits)
    code, repairable = verify(connection, settings, view, insert=insert, require=require)
    if repairable:
        suggest(view, connection, settings, Command("fix"))
    return code
