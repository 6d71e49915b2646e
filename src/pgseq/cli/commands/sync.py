"""pgseq sync"""

from __future__ import annotations

from pathlib import Path

import click
from click import get_current_context
from msgspec.structs import replace

from pgseq.cli.app.command import ClickCommand, option
from pgseq.cli.options import change
from pgseq.cli.options import shared as options
from pgseq.cli.options.change import ChangeMode
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.shared import SelectionOptions, View
from pgseq.cli.options.types import positive_duration
from pgseq.errors import UsageError
from pgseq.model.hints import Command
from pgseq.model.limits import Limits


@click.command(name="sync", cls=ClickCommand)
@click.argument("source")
@click.argument("target")
@options.jobs
@change.sync_mode
@option(
    "--margin",
    type=click.IntRange(min=0),
    default=0,
    show_default=True,
    metavar="N",
    panel="What to do",
    help="Leave N values free behind the source's position.",
)
@option(
    "--map",
    "mapped",
    multiple=True,
    metavar="SOURCE=TARGET",
    panel="What to do",
    help="A sequence that has another name on the target: schema.name=schema.name.",
)
@change.undo_file
@option("--watch", is_flag=True, panel="Watch", help="Repeat until Ctrl-C (with --yes or --verify-only).")
@option("--until-equal", is_flag=True, panel="Watch", help="Repeat until nothing is behind any more.")
@option(
    "--interval",
    type=positive_duration,
    default="2s",
    show_default=True,
    metavar="TIME",
    panel="Watch",
    help="Pause between two passes.",
)
@options.lock
@options.selection
@options.limits
@options.max_jump
@options.view("table", "json", "csv", "markdown")
def command(
    source: str,
    target: str,
    jobs: int,
    mode: ChangeMode,
    margin: int,
    mapped: tuple[str, ...],
    undo_file: Path | None,
    watch: bool,
    until_equal: bool,
    interval: int,
    selection: SelectionOptions,
    limits: Limits,
    lock: options.Lock,
    max_jump: float,
    view: View,
) -> int:
    """Bring the sequences of TARGET to where those of SOURCE stand: after logical replication, a restore, a switch.

    Every sequence goes to at least the source's position, beyond what is stored on the target, and never backwards.
    SOURCE is only read, and may be a standby; both are a URI, a conninfo string or a database name.

    \b
    pgseq sync postgresql://app@old/app postgresql://app@new/app --dry-run
    pgseq sync service=old service=new --watch --yes --margin 1000
    pgseq sync service=old service=new --verify-only
    """
    from pgseq.cli.options.configuration import naming_configuration
    from pgseq.cli.run import sync as sync_work
    from pgseq.cli.run import sync_watch
    from pgseq.cli.run.common import refuse_to_ask, suggest
    from pgseq.cli.run.interactive import refuse_format
    from pgseq.cli.run.sync import Endpoints
    from pgseq.cli.run.targets import calling
    from pgseq.model.diagnosis import Policy
    from pgseq.undo_file import open_undo_file

    both = Connection(dsn=(source, target), jobs=jobs)
    chosen = selection.options(limits)
    get_current_context().with_resource(naming_configuration(chosen.config))
    config = replace(chosen.config, map=chosen.config.map + sync_work.maps(mapped))
    settings = replace(chosen, config=config, policy=Policy(max_jump=max_jump, lock=lock))
    source_server, target_server = both.servers()
    settings = replace(settings, caller=calling(settings.caller, target_server.words, jobs))
    endpoints = Endpoints(source=source_server, target=target_server, jobs=jobs, settings=settings, margin=margin)
    if watch or until_equal:
        if not (mode.yes or mode.verify_only) or view.format != "table":
            raise UsageError(
                "--watch repeats without asking, and shows passes instead of one document",
                "add --yes or --verify-only, and leave --format out",
            )
        with open_undo_file(undo_file) as moves:
            pace = sync_watch.Pace(seconds=interval / 1000, until_equal=until_equal, move=mode.yes)
            return sync_watch.watch(endpoints, view, moves, pace)
    if mode.sql is not None:
        refuse_format(mode, view)
        return sync_work.write(endpoints, mode.sql)
    if mode.create_missing:
        return sync_work.create_missing(endpoints)
    if mode.verify_only or mode.dry_run:
        code, planned = sync_work.rehearse(endpoints, view) if mode.dry_run else sync_work.verify(endpoints, view)
        if planned:
            suggest(
                view,
                both,
                replace(settings, caller=chosen.caller),
                Command("sync", options=sync_work.arguments(margin, mapped)),
            )
        return code
    if not mode.yes:
        refuse_to_ask("--yes changes without a question, --dry-run shows what it would do")
    with open_undo_file(undo_file) as moves:
        code, moved = sync_work.apply(endpoints, view, moves, ask=not mode.yes)
    if moved:
        suggest(view, replace(both, dsn=(target,)), chosen, Command("verify"))
    return code
