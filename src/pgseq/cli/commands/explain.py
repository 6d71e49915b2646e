"""pgseq explain"""

from __future__ import annotations

from pathlib import Path

import click

from pgseq.cli.app.command import ClickCommand, option
from pgseq.cli.options import shared as options
from pgseq.cli.options.codes import all_codes
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.files import File
from pgseq.cli.options.shared import View
from pgseq.errors import UsageError
from pgseq.model.exit_code import ExitCode
from pgseq.model.limits import Limits


@click.command(name="explain", cls=ClickCommand)
@click.argument("text", nargs=-1, metavar="[DATABASE] [TEXT]", shell_complete=all_codes)
@options.database
@option(
    "--log",
    type=File(dir_okay=False, allow_dash=True, path_type=Path),
    multiple=True,
    metavar="FILE",
    panel="Logs",
    help="Read a server log: stderr, csvlog or jsonlog, plain or .gz; - is standard input. Several may be given.",
)
@option(
    "--since",
    metavar="TIME",
    panel="Logs",
    help="Only errors since then: 90min, 12h or 7d before now, 2026-05-01T12:00+02:00, or without an offset "
    "2026-05-01T12:00 by the log's own clock.",
)
@option("--follow", is_flag=True, panel="Logs", help="Go on reading a log as it grows, until Ctrl-C.")
@option(
    "--config",
    type=File(dir_okay=False, path_type=Path),
    metavar="FILE",
    panel="Selection",
    help="Configuration that declares feeds, instead of pgseq.toml or pyproject.toml here.",
)
@options.limits
@options.view("table", "json")
def command(
    text: tuple[str, ...],
    connection: Connection,
    log: tuple[Path, ...],
    since: str | None,
    follow: bool,
    config: Path | None,
    limits: Limits,
    view: View,
) -> int:
    """Say whether a sequence is to blame for an error, which one, and what to do.

    TEXT is an error as the server, psql, a driver or a framework prints it; without TEXT or --log, or with -, it is
    read from standard input. The database may be named before it, as with the other commands. The name of a
    constraint, an index, a table or a sequence says how its sequence stands. A code, such as PGS001 or lint's PGL001,
    prints its page. Exit codes: 0 no sequence is to blame, 1 one is, 3 cannot tell.

    \b
    pgseq explain app 'duplicate key value violates unique constraint "users_pkey"'
    pgseq explain -d app users_pkey
    pgseq explain -d app --log postgresql.log --since 24h
    pgseq explain PGS001
    """
    from pgseq.cli.run.explain_words import CODE, divide

    connection, text = divide(text, connection, log=bool(log))
    if len(text) == 1 and CODE.fullmatch(text[0]):
        from pgseq.commands.lint import rules
        from pgseq.core import checks

        page = rules.page if text[0][2] in "lL" else checks.page
        click.echo(page(text[0]), nl=False)
        return ExitCode.OK
    if text and log:
        raise UsageError("TEXT and --log exclude each other", "explain one, then the other")
    if (since or follow) and not log:
        raise UsageError("--since and --follow are for logs", "name one with --log FILE")
    if follow and len(log) > 1:
        raise UsageError("only one log can be followed", "start pgseq once for each")
    from pgseq.cli.options import configuration
    from pgseq.cli.run.explain import ExplainRun, start

    settings = configuration.read(config)
    named = () if config is None else (("--config", str(config.absolute())),)
    run = ExplainRun(connection=connection, limits=limits, config=settings, view=view, caller=options.caller(named))
    with configuration.naming_configuration(settings):
        if log:
            return run.logs(log, start(since), follow=follow)
        return run.standard_input() if text in ((), ("-",)) else run.text(" ".join(text))
