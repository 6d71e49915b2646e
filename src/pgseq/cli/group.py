"""The group of commands: finds them when they are needed, and catches every error once."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

import rich_click as click

from pgseq.cli.failure import guarded


class Commands(click.RichGroup):
    """A group whose commands are modules with a `command`; `modules` says where."""

    def __init__(self, *arguments: Any, modules: Mapping[str, str], **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        return list(self._modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in self._modules:
            return None
        command: click.Command = import_module(self._modules[cmd_name]).command
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; its return value is the exit code."""
        run = super().invoke
        return guarded(lambda: run(ctx), ctx, debug=ctx.params["debug"])

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run the command line and exit."""
        for stream in (sys.stdout, sys.stderr):
            # What a terminal's encoding cannot show is shown as an escape instead of failing.
            getattr(stream, "reconfigure", lambda **_: None)(errors="backslashreplace")
        # What a command reads lives until it ends: looking for garbage among it finds none.
        gc.set_threshold(100_000, 20, 100)
        # A session that has its answer need not wait 5 ms for the thread that judges others: its server would be idle.
        sys.setswitchinterval(0.0001)
        run: Callable[..., Any] = super().main
        code = guarded(lambda: run(args, "pgseq", complete_var, standalone_mode=False, **extra), None, debug=False)
        if standalone_mode:
            sys.exit(code)
        return code
