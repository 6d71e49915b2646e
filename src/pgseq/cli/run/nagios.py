"""Runs `check` as a monitoring plugin."""

from __future__ import annotations

import sys

from pgseq.cli.options.connection import Connection
from pgseq.cli.options.shared import View
from pgseq.cli.options.types import Span
from pgseq.cli.run.common import over
from pgseq.cli.run.range import asking
from pgseq.commands.range import RangeReport
from pgseq.commands.range.model import Within
from pgseq.commands.range.samples import usual_path
from pgseq.commands.range.workflow import RangeOptions, left_of
from pgseq.errors import UsageError
from pgseq.model.exit_code import ExitCode, PluginState
from pgseq.pg.pool import SessionPool
from pgseq.render.text.nagios import Plugin
from pgseq.render.text.progress import Bar
from pgseq.workflow import Options


def run(
    connection: Connection,
    options: Options,
    view: View,
    *,
    warning: Span | None,
    critical: Span | None,
    require: bool,
) -> PluginState:
    """Check every database, and say how long what is left lasts; the plugin's exit code."""
    plugin = Plugin(detail=view.detail, warning=_within(warning), critical=_within(critical), require=require)
    if plugin.warning and plugin.critical and _exceeds(plugin.critical, plugin.warning):
        raise UsageError("--critical is more than --warning, and would never be reached first", "write -w 90d -c 30d")
    asked = RangeOptions(history=options.config.history or usual_path())

    def work(pool: SessionPool, here: Options, bar: Bar) -> RangeReport:
        return left_of(pool, here, asked, bar)

    code = over(connection, options, work, plugin, lambda _: ExitCode.OK, question=asking(asked), at_once=True)
    return plugin.write(sys.stdout, all_found=code == ExitCode.OK)


def _within(span: Span | None) -> Within | None:
    return None if span is None else Within(seconds=span[0], values=span[1])


def _exceeds(one: Within, other: Within) -> bool:
    """Whether it is more of the same unit."""
    if one.seconds is not None and other.seconds is not None:
        return one.seconds > other.seconds
    return one.values is not None and other.values is not None and one.values > other.values
