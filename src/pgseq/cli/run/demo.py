"""The work of `demo --ui`: the page over the broken shop."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from rich.console import Console

from pgseq import demo, workflow
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.shared import caller, usual_jobs
from pgseq.cli.run.ui import serve as serve_page


def serve(*, keep: bool, browser: bool) -> int:
    """Serve the page over the shop until a signal ends it; nothing is left behind, unless the server is kept."""
    console = Console(file=sys.stdout)
    with (
        demo.shop(keep=keep, console=console, program=caller().program) as dsn,
        tempfile.TemporaryDirectory(prefix="pgseq-") as folder,
    ):
        connection = Connection(dsn=(dsn,), prompt="never", jobs=usual_jobs())
        return serve_page(connection, workflow.Options(), port=0, browser=browser, fixing=True, folder=Path(folder))
