"""The group of commands: finds them when they are needed, and catches every error once."""

from __future__ import annotations

import gc
import re
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import import_module
from typing import Any

import click

from pgseq.cli.app.command import ClickGroup
from pgseq.cli.app.errors import guarded, tell
from pgseq.cli.app.program import Program
from pgseq.cli.app.signals import caught
from pgseq.cli.app.streams import end, prepare
from pgseq.conninfo import is_meant_as_string
from pgseq.errors import UsageError
from pgseq.names import display
from pgseq.spelling import is_refused, is_secret
from pgseq.text.secrets import arguments


class CommandGroup(ClickGroup):
    """A group that suggests a command for an unknown name."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is named. Raises UsageError."""
        commands = self.list_commands(ctx)
        if args[0] not in commands and not args[0].startswith("-"):
            raise _no_command(args[0], commands, ctx.command_path)
        return super().resolve_command(ctx, args)


def _no_command(name: str, commands: list[str], path: str) -> UsageError:
    if is_meant_as_string(name):
        return UsageError("a connection string comes behind a command", f"{path} --help; {path} check DSN only looks")
    from difflib import get_close_matches

    near = get_close_matches(name, commands, n=1)
    if near:
        hint = f"did you mean {path} {near[0]}?"
    elif "check" in commands:
        hint = f"{path} --help lists them; to check a database of that name: {path} check {shlex.quote(name)}"
    else:
        hint = f"{path} --help lists them"
    return UsageError(f"there is no command {display(name)}", hint)


def _value(word: str) -> str:
    """A word of a command line without the option that it is the value of."""
    return re.sub(r"--[\w-]+=|-\w", "", word, count=1) if word.startswith("-") else word


class Commands(CommandGroup):
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
        return guarded(lambda: run(ctx), ctx, ctx.obj, debug=ctx.params["debug"])

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        program: Program | None = None,
        **extra: Any,
    ) -> Any:
        """Run the command line and exit; `program` is what calls it, if not a shell."""
        prepare()
        run: Callable[..., Any] = super().main
        program = program or Program(tell=tell)
        words = map(_value, sys.argv[1:] if args is None else args)
        secret = arguments(word for word in words if is_secret(word) or is_refused(word))
        with caught(program.ending), _tuned(), secret:
            code = guarded(
                lambda: run(args, prog_name or "pgseq", complete_var, standalone_mode=False, obj=program, **extra),
                None,
                program,
                debug=False,
            )
        if standalone_mode:
            end(code, waiting=not program.ending.has_come)
        return code


@contextmanager
def _tuned() -> Iterator[None]:
    """Python as commands need it, who may be called from a process that goes on."""
    thresholds, interval = gc.get_threshold(), sys.getswitchinterval()
    # What a command reads lives until it ends: looking for garbage among it finds none.
    gc.set_threshold(100_000, 20, 100)
    # A session that has its answer need not wait 5 ms for the thread that judges others: its server would be idle.
    sys.setswitchinterval(0.0001)
    try:
        yield
    finally:
        gc.set_threshold(*thresholds)
        sys.setswitchinterval(interval)
