"""Commands and options of click, whose help rich-click draws when it is asked for: nothing else needs it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import click

from pgseq.model.exit_code import ExitCode

F = TypeVar("F", bound=Callable[..., Any])


class ClickOption(click.Option):
    """An option, and the panel of the help that it stands in."""

    def __init__(self, *names: Any, panel: str | None = None, **settings: Any) -> None:
        super().__init__(*names, **settings)
        self.panel = panel


class ClickCommand(click.Command):
    """A command."""

    def get_help(self, ctx: click.Context) -> str:
        """The help, for the terminal at hand."""
        from pgseq.cli.app.help import drawn

        return drawn(ctx)

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option that prints the help, as it is drawn: click would take colours out of what is not a terminal,
        also where FORCE_COLOR asks for them."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.callback = _print_help
        return option


def _print_help(ctx: click.Context, option: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        print(ctx.get_help())
        ctx.exit()


class ClickGroup(ClickCommand, click.Group):
    """A group of commands."""

    command_class = ClickCommand

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words; without any, print the help, which is an error."""
        if not args and not ctx.resilient_parsing:
            print(ctx.get_help())
            ctx.exit(ExitCode.ERROR)
        return super().parse_args(ctx, args)


def option(*names: str, **settings: Any) -> Callable[[F], F]:
    """A decorator that adds an option, with a `panel`."""
    return click.option(*names, cls=ClickOption, **settings)
