"""The command line of pgseq as Django's: its commands but for `completion`, and `loaddata`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import click

from pgseq.cli import COMMANDS, main
from pgseq.cli.app.command import option
from pgseq.cli.app.errors import tell
from pgseq.cli.app.group import Commands
from pgseq.cli.app.program import Program
from pgseq.contrib.django.aliases import Aliases
from pgseq.errors import PgseqError
from pgseq.model.exit_code import ExitCode
from pgseq.version import __version__

#: Where each command is.
_MODULES: Final = {
    **{name: module for name, module in COMMANDS.items() if name != "completion"},
    "loaddata": "pgseq.contrib.django.loaddata",
}
#: Commands that have no option -d.
_AS_IT_IS: Final = ("loaddata", "script", "demo")


@click.group(
    name="pgseq",
    cls=Commands,
    modules=_MODULES,
    context_settings=main.context_settings,
    epilog=main.epilog,
)
@click.version_option(__version__, message="%(prog)s %(version)s")
@option("--debug", is_flag=True, help="Show tracebacks of errors.")
def group(debug: bool) -> None:
    """Find, explain, fix and verify PostgreSQL sequences that are out of sync with the columns they feed.

    Databases are the aliases of DATABASES: --database ALIAS, or default. ALIAS/NAME is another database of the same
    server; a connection string is read by libpq's rules, without Django's settings.

    \b
    manage.py pgseq check
    manage.py pgseq fix --database replica --dry-run
    manage.py pgseq sync old default --verify-only
    manage.py pgseq loaddata tags.json
    """


def run(
    words: Iterable[str], *, program: str, database: str | None, carried: tuple[str, ...] = (), debug: bool = False
) -> tuple[int, PgseqError | None]:
    """Run a command line; its exit code, and the error that ended it. `carried`: options of Django's that it had."""
    errors: list[PgseqError] = []
    arguments = [*["--debug"] * debug, *_named(list(words), database)]
    around = Program(tell=errors.append, names=Aliases(carried=carried))
    code: Any = group.main(arguments, program, standalone_mode=False, program=around)
    for error in errors[:-1]:
        tell(error)
    return (int(code), errors[-1]) if errors and code == ExitCode.ERROR else (int(code), None)


def _named(words: list[str], database: str | None) -> list[str]:
    """The words with the database as pgseq takes it: the target of a cut-over, or else the option -d."""
    if database is None:
        return words
    command = words[0] if words else ""
    named = [database] if command == "sync" else ["--database" if command in _AS_IT_IS else "-d", database]
    end = words.index("--") if "--" in words else len(words)
    return [*words[:end], *named, *words[end:]]
