"""The work of `ui`: which databases the page shows, and what is said on the terminal."""

from __future__ import annotations

import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from pgseq import workflow
from pgseq.cli.app.errors import note, tell
from pgseq.cli.options.configuration import naming_configuration
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.password import wants_password
from pgseq.cli.options.server import NamedServer
from pgseq.cli.run.targets import calling, refuse_executor, targets_of
from pgseq.errors import ConnectionFailed, PgseqError, UsageError
from pgseq.model.exit_code import ExitCode
from pgseq.model.reports import DatabaseReport
from pgseq.names import display, plural
from pgseq.pg.allotment import Allotment, at_once
from pgseq.pg.threads import Threads

if TYPE_CHECKING:
    from pgseq.web.server import Site


def serve(
    connection: Connection,
    options: workflow.Options,
    *,
    port: int,
    browser: bool,
    fixing: bool,
    folder: Path | None = None,
) -> int:
    """Serve the page over these databases until a signal ends it; undo files are written to `folder`, or to the current
    one. Raises UsageError, ConnectionFailed."""
    try:
        from pgseq.web.server import Site
        from pgseq.web.server import serve as serve_site
    except ImportError as error:
        raise UsageError(f"the page needs {error.name}, which is not installed", 'pip install "pgseq[web]"') from None
    from pgseq.web.databases import WebTarget

    refuse_executor(connection)
    with naming_configuration(options.config):
        servers = targets_of(connection, _passed_over)
        several = len(servers) > 1

        def target(server: NamedServer) -> WebTarget:
            caller = calling(options.caller, server.words, connection.jobs)
            here = replace(options, caller=replace(caller, label=server.own_label))
            if several:
                # Another database may have it.
                here = replace(here, on_missing_feeds=lambda feeds: None)
            return WebTarget(name=server.label, open=partial(allotment.pool, server.session), options=here)

        _ask_passwords(connection, servers)
        allotment = Allotment(sessions=connection.jobs, databases=len(servers))
        threads = Threads(connection.jobs)
        place = (folder or Path.cwd()).absolute()
        site = Site.over(map(target, servers), place, fixing=fixing, calling=threads.submit)
        # A signal is how it ends.
        with suppress(KeyboardInterrupt):
            serve_site(site, port, browser=browser and sys.stdout.isatty(), ready=_ready)
        threads.stop()
        _closed(site)
    return ExitCode.OK


def _ask_passwords(connection: Connection, servers: list[NamedServer]) -> None:
    """Ask for passwords here, and not from within the page."""

    def ask(server: NamedServer) -> None:
        with suppress(ConnectionFailed), server.session():
            pass

    if not connection.at_once:
        for server in servers:
            ask(server)
        return
    allotment = Allotment(sessions=connection.jobs, databases=len(servers))

    def tried(server: NamedServer) -> ConnectionFailed | None:
        try:
            with allotment.pool(server.wanting_no_password.session):
                return None
        except ConnectionFailed as error:
            return error

    with at_once(allotment, servers, tried) as results:
        for server, future in results:
            error = future.result()
            if error is not None and server.password.prompt == "wanted" and wants_password(error):
                ask(server)


def _passed_over(place: str, label: str, error: PgseqError) -> None:
    tell(PgseqError(f"{place}: {error.message}", error.hint))


def _ready(address: str) -> None:
    sys.stdout.write(f"{address}\n")
    sys.stdout.flush()
    note("this address opens the page once, in one browser; Ctrl-C ends it")
    sys.stderr.flush()


def _closed(site: Site) -> None:
    """Say what became of fixes that were under way."""
    for fix in site.close():
        report = fix.job.partial
        if report is None and fix.job.result is not None:
            report = fix.job.result.report
        sequences = report.sequences if isinstance(report, DatabaseReport) else ()
        moved = sum(one.applied is not None and one.applied.result == "moved" for one in sequences)
        note(f"{plural(moved, 'sequence')} of {len(fix.before)} moved; undo file: {display(str(fix.undo_path))}")
