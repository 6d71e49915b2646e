"""pgseq lint"""

from __future__ import annotations

from pathlib import Path

import rich_click as click

from pgseq.cli.options import shared as options
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.files import File
from pgseq.model.limits import Limits
from pgseq.render.text.terminal import Color


@click.command(name="lint")
@click.argument("files", nargs=-1, required=True, type=File(allow_dash=True), metavar="FILE...")
@options.database
@click.option("--fix", is_flag=True, help="Append a setval() for each sequence left behind; it never goes backwards.")
@click.option("--ignore", multiple=True, metavar="CODE", help="Findings that do not count, such as PGL008.")
@click.option(
    "--config",
    type=File(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Configuration, instead of pgseq.toml or pyproject.toml here.",
)
@options.limits
@click.option(
    "--format",
    type=click.Choice(["text", "json", "github", "sarif", "html"]),
    default="text",
    show_default=True,
    panel="Output",
    help="How to write the findings.",
)
@options.color
@click.option("-q", "--quiet", is_flag=True, panel="Output", help="Only what is wrong.")
def command(
    files: tuple[str, ...],
    connection: Connection,
    fix: bool,
    ignore: tuple[str, ...],
    config: Path | None,
    limits: Limits,
    format: str,
    color: Color,
    quiet: bool,
) -> int:
    """Find what in SQL files would leave a sequence behind: migrations, fixtures, psql scripts, plain dumps.

    FILE is a file, a folder of *.sql, or - for standard input. Files are read in the order given, each knows the tables
    of those before it; nothing is run. With a database, they are judged by what they would meet there.

    \b
    pgseq lint migrations/
    pgseq lint -d app seeds.sql
    pg_dump app | pgseq lint -
    pgseq lint --fix fixtures.sql

    Exit codes: 0 nothing found; 1 findings; 2 could not run; 3 nothing wrong seen, but not all can be told.
    """
    from pgseq.cli.options.configuration import naming_configuration
    from pgseq.cli.run import lint as linting

    work = linting.Linting(connection=connection, limits=limits, fix=fix)
    settings = linting.configuration(config, ignore)
    with naming_configuration(settings):
        return work.run(files, settings, linting.output(format, color, settings.path, quiet=quiet))
