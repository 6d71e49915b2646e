"""Help texts, drawn by rich-click. Imported when one is asked for, since that costs more than all else of a start."""

from __future__ import annotations

from typing import Any

import click
from rich_click import RichCommand, RichContext, RichGroup


def drawn(ctx: click.Context) -> str:
    """The help of a context's command, for the terminal at hand."""
    command = ctx.command
    twin = _Group(command) if isinstance(command, click.Group) else RichCommand(**_settings(command))
    # A paragraph ends where a line is empty.
    config = {"text_paragraph_linebreaks": "\n\n"}
    context = RichContext(twin, info_name=ctx.info_name, parent=ctx.parent, rich_help_config=config)
    return twin.get_help(context)


def _settings(command: click.Command) -> dict[str, Any]:
    return {
        "name": command.name,
        "params": command.params,
        "help": command.help,
        "epilog": command.epilog,
        "context_settings": command.context_settings,
    }


class _Group(RichGroup):
    """A group with the commands of another one."""

    def __init__(self, group: click.Group) -> None:
        super().__init__(**_settings(group))
        self._group = group

    def list_commands(self, ctx: click.Context) -> list[str]:
        return self._group.list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return self._group.get_command(ctx, cmd_name)
