"""The options that say how the answer is written."""

from __future__ import annotations

import sys

import click
from msgspec import Struct

from pgseq.cli.app.command import option
from pgseq.cli.options.grouping import Decorator, group
from pgseq.cli.options.types import rows
from pgseq.errors import UsageError
from pgseq.render.text.terminal import Color, Terminal
from pgseq.render.writer import Detail, Format

color = option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    panel="Output",
    help="Colours; auto: on a terminal, unless NO_COLOR is set.",
)


class View(Struct, frozen=True, kw_only=True):
    """The format, colours and detail of the answer."""

    format: Format
    color: Color
    detail: Detail

    def terminal(self, *, error: bool = False) -> Terminal:
        """Standard output or standard error as a Terminal."""
        return Terminal(sys.stderr if error else sys.stdout, self.color)


def _view(format: Format, color: Color, verbose: bool, quiet: bool, limit: int | None) -> View:
    if verbose and quiet:
        raise UsageError("-v and -q contradict each other", "leave one out")
    return View(format=format, color=color, detail=Detail(verbose=verbose, quiet=quiet, limit=limit))


def view(*formats: Format) -> Decorator:
    """The output options, for a command that knows these formats."""
    return group(
        "view",
        _view,
        option(
            "--format",
            type=click.Choice(formats),
            default=formats[0],
            show_default=True,
            panel="Output",
            help="How to write the answer.",
        ),
        color,
        option("-v", "--verbose", is_flag=True, panel="Output", help="Healthy sequences and the SQL, too."),
        option("-q", "--quiet", is_flag=True, panel="Output", help="Only what is wrong."),
        option(
            "--limit",
            type=rows,
            default="100",
            show_default=True,
            metavar="N",
            panel="Output",
            help="List at most N rows for a database, or all (table and markdown).",
        ),
    )
