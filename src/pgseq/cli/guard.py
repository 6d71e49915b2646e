"""pgseq guard"""

from __future__ import annotations

import rich_click as click

from pgseq.cli.group import Group
from pgseq.cli.guard_identity import identity
from pgseq.cli.guard_ownership import ownership
from pgseq.cli.guard_plan import plan
from pgseq.cli.guard_remove import remove
from pgseq.cli.guard_status import status
from pgseq.cli.guard_trigger import trigger


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
