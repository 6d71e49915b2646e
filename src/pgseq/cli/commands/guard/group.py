"""pgseq guard"""

from __future__ import annotations

import rich_click as click

from pgseq.cli.app.group import Group
from pgseq.cli.commands.guard.identity import identity
from pgseq.cli.commands.guard.ownership import ownership
from pgseq.cli.commands.guard.plan import plan
from pgseq.cli.commands.guard.remove import remove
from pgseq.cli.commands.guard.status import status
from pgseq.cli.commands.guard.trigger import trigger


@click.group(name="guard", cls=Group)
def command() -> None:
    """Keep sequences from getting out of sync, by means of the database itself.

    Nothing is installed unless asked for. `plan` says what fits each table and what it costs; the others show what
    they would do, ask, and tell how to undo it.

    \b
    pgseq guard plan app
    pgseq guard identity app -t public.users --dry-run
    pgseq guard trigger app -t public.users
    """


for one in (plan, identity, trigger, ownership, status, remove):
    command.add_command(one)
