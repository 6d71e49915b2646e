"""pgseq lint"""

from __future__ import annotations

from pathlib import Path

import click

from pgseq.cli.app.command import ClickCommand, option
from pgseq.cli.options import shared as options
from pgseq.cli.options.codes import lint_codes
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.files import File
from pgseq.errors import UsageError
from pgseq.model.limits import Limits
from pgseq.names import display
from pgseq.render.text.terminal import Color


def placeholders(ctx: click.Context, option: click.Parameter, values: tuple[str, ...]) -> dict[str, str]:
    """The values by name. Raises UsageError for one without a name."""
    for value in values:
        if value.find("=") < 1:
            raise UsageError(
                f"--set takes a name and its value, and was given {display(value) or 'nothing'}",
                "write --set NAME=VALUE",
            )
    return dict(value.split("=", 1) for value in values)


def _refuse(connection: Connection, *, fix: bool, on_server: bool, scratch: str | None, since: str | None) -> None:
    """Raises UsageError for options that contradict each other."""
    if scratch is not None and not on_server:
        raise UsageError("--scratch goes with --run", "add --run, which runs the files there")
    if scratch is not None and not scratch.strip():
        raise UsageError("the connection string of --scratch is empty", "leave it out for a server of our own")
    if on_server and fix:
        raise UsageError("--run and --fix contradict each other", "run the files once more after --fix")
    if on_server and since is not None:
        raise UsageError("--run and --since contradict each other", "leave one out: a run judges all that it leaves")
    if on_server and connection != Connection():
        raise UsageError("--run takes no database that holds something", "name the server with --scratch DSN")


@click.command(name="lint", cls=ClickCommand)
@click.argument("files", nargs=-1, required=True, type=File(allow_dash=True), metavar="FILE...")
@options.database
@option("--fix", is_flag=True, help="Append a setval() for each sequence left behind; it never goes backwards.")
@options.max_jump
@option("--run", "on_server", is_flag=True, help="Run the files on a throw-away database, judge what is left.")
@option("--scratch", metavar="DSN", help="With --run: make that database there, not on a server of pgseq's own.")
@option("--since", metavar="REV", help="Only what was not there at this commit of git, such as origin/main.")
@option(
    "--ignore",
    multiple=True,
    metavar="CODE",
    shell_complete=lint_codes,
    help="Findings that do not count, such as PGL008.",
)
@option(
    "--set",
    "values",
    multiple=True,
    metavar="NAME=VALUE",
    callback=placeholders,
    help="The value of a placeholder, as psql's :NAME or Flyway's ${NAME}.",
)
@option(
    "--config",
    type=File(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Configuration, instead of pgseq.toml or pyproject.toml here.",
)
@options.limits
@option(
    "--format",
    type=click.Choice(["text", "json", "github", "gitlab", "sarif", "html"]),
    default="text",
    show_default=True,
    panel="Output",
    help="How to write the findings.",
)
@options.color
@option("-q", "--quiet", is_flag=True, panel="Output", help="Only what is wrong.")
def command(
    files: tuple[str, ...],
    connection: Connection,
    fix: bool,
    on_server: bool,
    scratch: str | None,
    since: str | None,
    ignore: tuple[str, ...],
    values: dict[str, str],
    max_jump: float,
    config: Path | None,
    limits: Limits,
    format: str,
    color: Color,
    quiet: bool,
) -> int:
    """Find what in SQL files would leave a sequence behind: migrations, fixtures, psql scripts, plain dumps.

    FILE is a file, a folder of *.sql, or - for standard input. Files are read in the order given, each knows the tables
    of those before it; nothing is run but with --run. With a database, they are judged by what they would meet there.

    \b
    pgseq lint migrations/
    pgseq lint -d app seeds.sql
    pg_dump app | pgseq lint -
    pgseq lint --fix fixtures.sql
    pgseq lint --run migrations/

    Exit codes: 0 nothing found; 1 findings; 2 could not run; 3 nothing wrong seen, but not all can be told.
    """
    from pgseq.cli.options.configuration import naming_configuration
    from pgseq.cli.run import lint as linting

    _refuse(connection, fix=fix, on_server=on_server, scratch=scratch, since=since)
    work = linting.LintRun(
        connection=connection,
        limits=limits,
        fix=fix,
        values=values,
        max_jump=max_jump,
        on_server=on_server,
        scratch=scratch,
        since=since,
    )
    settings = linting.configuration(config, ignore)
    with naming_configuration(settings):
        return work.run(files, settings, linting.output(format, color, settings.path, quiet=quiet))
