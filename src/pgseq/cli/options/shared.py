"""The options that commands share, by one name: each group is handed to the command as one value."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click
from click import get_current_context
from msgspec import Struct

from pgseq.cli.app.command import option
from pgseq.cli.options.address import connection as connection
from pgseq.cli.options.address import database as database
from pgseq.cli.options.address import jobs as jobs
from pgseq.cli.options.address import usual_jobs as usual_jobs
from pgseq.cli.options.files import File
from pgseq.cli.options.grouping import Decorator
from pgseq.cli.options.grouping import group as group
from pgseq.cli.options.types import (
    duration,
    positive_duration,
    seconds,
    share,
    size,
)
from pgseq.cli.options.view import View as View
from pgseq.cli.options.view import color as color
from pgseq.cli.options.view import view as view
from pgseq.model.limits import MAX_JUMP, Limits
from pgseq.text.units import format_duration, format_size

if TYPE_CHECKING:
    from pgseq.core.follow_up import Caller
    from pgseq.model.diagnosis import Policy
    from pgseq.workflow import Options

Lock = Literal["table", "none"]


def caller(options: tuple[tuple[str, ...], ...] = (), target: tuple[str, ...] = ()) -> Caller:
    """Who calls: the name under which this program runs."""
    from pgseq.core.follow_up import Caller

    return Caller(program=get_current_context().find_root().info_name or "pgseq", target=target, options=options)


class SelectionOptions(Struct, frozen=True, kw_only=True):
    """The selected sequences, as typed."""

    schema: tuple[str, ...]
    exclude_schema: tuple[str, ...]
    table: tuple[str, ...]
    exclude_table: tuple[str, ...]
    config: Path | None
    ignore: tuple[str, ...]
    time_limit: float | None

    def options(self, limits: Limits) -> Options:
        """The workflow's options. Raises UsageError, ConfigError."""
        from pgseq.cli.options.configuration import configuration
        from pgseq.core.selection import scope
        from pgseq.workflow import Options

        return Options(
            caller=caller(self.given),
            scope=scope(
                schema=self.schema,
                exclude_schema=self.exclude_schema,
                table=self.table,
                exclude_table=self.exclude_table,
            ),
            limits=limits,
            time_limit=self.time_limit,
            config=configuration(self.config, self.ignore),
        )

    @property
    def given(self) -> tuple[tuple[str, str], ...]:
        """The options that were given, for commands to run next. (What is ignored is in the configuration.)"""
        options = {
            "-n": self.schema,
            "-N": self.exclude_schema,
            "-t": self.table,
            "-T": self.exclude_table,
            "--config": () if self.config is None else (str(self.config.absolute()),),
            "--time-limit": () if self.time_limit is None else (format_duration(self.time_limit * 1000),),
        }
        return tuple((option, value) for option, values in options.items() for value in values)


def _pattern(short: str, long: str, help: str) -> Decorator:
    return option(short, long, help=help, multiple=True, metavar="PATTERN", panel="SelectionOptions")


selection = group(
    "selection",
    lambda schema, exclude_schema, table, exclude_table, config, ignore, time_limit: SelectionOptions(
        schema=schema,
        exclude_schema=exclude_schema,
        table=table,
        exclude_table=exclude_table,
        config=config,
        ignore=ignore,
        time_limit=time_limit,
    ),
    _pattern("-n", "--schema", "Only these schemas (pg_dump's patterns)."),
    _pattern("-N", "--exclude-schema", "Not these schemas."),
    _pattern("-t", "--table", "Only sequences that feed these tables, or of this name."),
    _pattern("-T", "--exclude-table", "Not these."),
    option(
        "--ignore",
        multiple=True,
        metavar="CODE",
        panel="SelectionOptions",
        help="Findings that do not count, such as PGS008.",
    ),
    option(
        "--config",
        type=File(dir_okay=False, path_type=Path),
        metavar="FILE",
        panel="SelectionOptions",
        help="Configuration, instead of pgseq.toml or pyproject.toml here.",
    ),
    option(
        "--time-limit",
        type=seconds,
        metavar="TIME",
        panel="Limits",
        help="Stop looking after this time; what was not reached is unknown.",
    ),
)

limits = group(
    "limits",
    lambda statement_timeout, lock_timeout, scan_limit, trust_owners: Limits(
        statement_ms=statement_timeout, lock_ms=lock_timeout, scan_bytes=scan_limit, trust_owners=trust_owners
    ),
    option(
        "--statement-timeout",
        type=duration,
        default=format_duration(Limits().statement_ms),
        show_default=True,
        metavar="TIME",
        panel="Limits",
        help="Bound on reading one batch of tables; 0 for none.",
    ),
    option(
        "--lock-timeout",
        type=positive_duration,
        default=format_duration(Limits().lock_ms),
        show_default=True,
        metavar="TIME",
        panel="Limits",
        help="Bound on waiting for a lock, while others may wait behind.",
    ),
    option(
        "--scan-limit",
        type=size,
        default=format_size(Limits().scan_bytes),
        show_default=True,
        metavar="SIZE",
        panel="Limits",
        help="Do not scan larger tables where no index serves the column.",
    ),
    option(
        "--trust-owners",
        is_flag=True,
        panel="Limits",
        help="Read tables although that runs functions of their owners (docs/security.md).",
    ),
)


class RepairOptions(Struct, frozen=True, kw_only=True):
    """The policy of a repair, as typed."""

    max_jump: float
    into_gap: bool

    def policy(self) -> Policy:
        """The workflow's policy."""
        from pgseq.model.diagnosis import Policy

        return Policy(max_jump=self.max_jump, into_gap=self.into_gap)


max_jump = option(
    "--max-jump",
    type=share,
    default=f"{MAX_JUMP:.0%}",
    show_default=True,
    metavar="SHARE",
    panel="Limits",
    help="Greatest part of the free values left that a repair may give up.",
)

repair = group(
    "repair",
    lambda max_jump, into_gap: RepairOptions(max_jump=max_jump, into_gap=into_gap),
    max_jump,
    option(
        "--into-gap",
        is_flag=True,
        panel="Limits",
        help="Where a repair would give up more: continue in a free stretch before the stray id.",
    ),
)


within = option(
    "--within",
    type=click.IntRange(min=0),
    metavar="N",
    panel="What counts",
    help="A collision more than N inserts away does not count.",
)

require = option(
    "--require",
    is_flag=True,
    panel="What counts",
    help="Exit with 3 where no sequence that feeds a column was looked at.",
)

lock = option(
    "--lock",
    type=click.Choice(["table", "none"]),
    default="table",
    show_default=True,
    panel="Limits",
    help="Hold writers off a table while its sequence is moved, or do not.",
)
