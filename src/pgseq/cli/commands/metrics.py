"""pgseq metrics"""

from __future__ import annotations

from pathlib import Path

import click

from pgseq.cli.app.command import ClickCommand, option
from pgseq.cli.options import shared as options
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.files import File
from pgseq.cli.options.shared import SelectionOptions
from pgseq.cli.options.types import address, positive_duration
from pgseq.errors import UsageError
from pgseq.model.limits import Limits

PANEL = "What to do"
#: Milliseconds between two looks, at least.
MINUTE = 60_000


@click.command(name="metrics", cls=ClickCommand)
@options.connection
@option(
    "--textfile",
    type=File(dir_okay=False, path_type=Path),
    metavar="FILE",
    panel=PANEL,
    help="Write to FILE.prom for node_exporter's textfile collector.",
)
@option("--listen", type=address, metavar="ADDR:PORT", panel=PANEL, help="Serve /metrics and /healthz.")
@option(
    "--web-config",
    type=File(dir_okay=False, path_type=Path),
    metavar="FILE",
    panel=PANEL,
    help="With --listen: TLS and passwords by Prometheus' web-config file.",
)
@option(
    "--interval",
    type=positive_duration,
    show_default="1min",
    metavar="TIME",
    panel=PANEL,
    help="With --listen: look again after this time, 1min or more.",
)
@option(
    "--every-sequence",
    is_flag=True,
    panel=PANEL,
    help="Series for healthy sequences, too: not only for those not in sync, more than half used or ending soon.",
)
@option(
    "--history",
    type=File(dir_okay=False, path_type=Path),
    metavar="FILE",
    panel=PANEL,
    help="Add samples to this file of `pgseq range`, and tell how long values last.",
)
@options.selection
@options.limits
def command(
    connection: Connection,
    textfile: Path | None,
    listen: tuple[str, int] | None,
    web_config: Path | None,
    interval: int | None,
    every_sequence: bool,
    history: Path | None,
    selection: SelectionOptions,
    limits: Limits,
) -> int:
    """Write metrics for Prometheus: once to standard output (OpenMetrics), to a file, or as a small web server.

    Reads only. Alert rules, a Grafana dashboard and all names: docs/monitoring.md. Needs: pip install 'pgseq[metrics]'.

    \b
    pgseq metrics app
    pgseq metrics --all --textfile /var/lib/prometheus/node-exporter/pgseq.prom
    pgseq metrics -h db1 app --listen 127.0.0.1:9187

    Exit codes: 0 written, or served until Ctrl-C or SIGTERM; 2 a database could not be looked at, or could not run.
    """
    # Says what is not installed.
    from pgseq.cli.run import metrics
    from pgseq.cli.run.metrics_watch import Watch

    if textfile is not None and listen is not None:
        raise UsageError("--textfile and --listen exclude each other", "leave one out")
    if listen is None and (web_config is not None or interval is not None):
        raise UsageError("--web-config and --interval go with --listen", "add --listen 127.0.0.1:9187")
    if interval is not None and interval < MINUTE:
        raise UsageError("--interval is shorter than a minute", "write 1min or more")
    settings = selection.options(limits)
    watch = Watch(
        connection=connection, options=settings, every=every_sequence, history=history or settings.config.history
    )
    if listen is not None:
        return metrics.listen(watch, listen, web_config, (interval or MINUTE) / 1000)
    return metrics.once(watch, textfile)
