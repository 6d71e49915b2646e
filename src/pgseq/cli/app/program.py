"""The program around a run of the command line: pgseq's own, or one that calls databases by names of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from click import get_current_context
from msgspec import Struct, field

from pgseq.cli.app.signals import Ending
from pgseq.errors import PgseqError

if TYPE_CHECKING:
    from pgseq.cli.options.connection import Names


class Program(Struct, frozen=True, kw_only=True):
    """What is told to each run."""

    #: Reports the error that ends the run.
    tell: Callable[[PgseqError], None]
    #: What databases are called, where not by libpq's rules.
    names: Names | None = None
    #: Which signal has come.
    ending: Ending = field(default_factory=Ending)


def names() -> Names | None:
    """What the program that is running calls databases; None: libpq's rules hold."""
    context = get_current_context(silent=True)
    program = None if context is None else context.find_object(Program)
    return None if program is None else program.names
