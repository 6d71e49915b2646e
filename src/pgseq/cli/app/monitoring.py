"""A command as a monitoring plugin: `--format nagios`.

Source: Monitoring Plugins Development Guidelines: one line on standard output, and 3 for bad usage.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any, TypeVar

import click
from click.exceptions import Abort, ClickException, Exit

from pgseq.cli.app.command import ClickCommand
from pgseq.errors import PgseqError
from pgseq.model.exit_code import PluginState

T = TypeVar("T")


class PluginCommand(ClickCommand):
    """A command that knows `--format nagios`: with it -w is --warning, as plugins have it, and errors are answers."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words."""
        parse = super().parse_args
        if not _is_plugin(args):
            return parse(ctx, args)
        return _answering(lambda: parse(ctx, [_spelt_out(word) for word in args]))

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        run = super().invoke
        return _answering(lambda: run(ctx)) if ctx.params.get("format") == "nagios" else run(ctx)


def _is_plugin(args: list[str]) -> bool:
    return "--format=nagios" in args or ("--format", "nagios") in pairwise(args)


def _spelt_out(word: str) -> str:
    if word.startswith("-w") and len(word) > 2:
        return f"--warning={word[2:].removeprefix('=')}"
    return "--warning" if word == "-w" else word


def _answering(run: Callable[[], T]) -> T:
    """What `run` returns; an error of it is written as the plugin's answer, which ends the command."""
    try:
        return run()
    except (Exit, Abort):
        raise
    except PgseqError as error:
        known = error
    except ClickException as error:
        known = PgseqError(error.format_message().rstrip("."))
    except Exception as error:
        known = PgseqError(f"unexpected {type(error).__name__}: {error}")
    from pgseq.render.text.nagios import first_line

    click.echo(first_line(PluginState.UNKNOWN, "; ".join(filter(None, (known.message, known.hint)))))
    raise Exit(PluginState.UNKNOWN)
