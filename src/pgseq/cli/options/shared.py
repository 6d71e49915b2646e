"""The options that commands share, each group handed to the command as one value."""

from __future__ import annotations

import functools
import inspect
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import rich_click as click
from click import get_current_context
from click.core import ParameterSource

from pgseq.cli.options.connection import Connection
from pgseq.cli.options.files import File
from pgseq.cli.options.inventory import read_inventory
from pgseq.cli.options.types import (
    duration,
    positive_duration,
    rows,
    seconds,
    share,
    size,
)
from pgseq.errors import UsageError
from pgseq.model.limits import MAX_JUMP, Limits
from pgseq.names import parse_single
from pgseq.render.text.terminal import Color, Terminal
from pgseq.render.writer import Detail, Format
from pgseq.text.units import format_duration, format_size

if TYPE_CHECKING:
    from pgseq.core.follow_up import Caller
    from pgseq.model.sequences import Policy
    from pgseq.workflow import Options

Lock = Literal["table", "none"]
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def group(into: str, make: Callable[..., Any], *options: Decorator) -> Decorator:
    """A decorator that adds `options` and passes what `make` makes of their values as the argument `into`."""
    names = list(inspect.signature(make).parameters)

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(function)
        def wrapper(**values: Any) -> Any:
            part = {name: values.pop(name) for name in names}
            return function(**values, **{into: make(**part)})

        decorated: Callable[..., Any] = wrapper
        for option in reversed(options):
            decorated = option(decorated)
        return decorated

    return decorate


def _connection(
    dsn: tuple[str, ...],
    dbname: str | None,
    host: str | None,
    port: str | None,
    username: str | None,
    no_password: bool,
    password: bool,
    every: bool,
    exclude_database: tuple[str, ...],
    inventories: tuple[str, ...],
    executor: str | None,
    send_passwords: bool,
    jobs: int,
) -> Connection:
    if exclude_database and not every:
        raise UsageError("--exclude-database goes with --all", "name the databases instead, or pass --all")
    connection = _database(dbname, host, port, username, no_password, password)
    exclude = tuple(map(parse_single, exclude_database))
    if send_passwords and executor is None:
        raise UsageError("--send-passwords goes with --executor", "leave it out: nothing is sent anywhere")
    return replace(
        connection,
        dsn=dsn,
        every=every,
        exclude=exclude,
        jobs=jobs,
        jobs_asked=get_current_context().get_parameter_source("jobs") is not ParameterSource.DEFAULT,
        inventories=inventories,
        lines=tuple(line for name in inventories for line in read_inventory(name)),
        executor=executor,
        send_passwords=send_passwords,
    )


def _database(
    dbname: str | None, host: str | None, port: str | None, username: str | None, no_password: bool, password: bool
) -> Connection:
    if password and no_password:
        raise UsageError("-W and -w contradict each other", "leave one out")
    return Connection(
        dbname=dbname,
        host=host,
        port=port,
        username=username,
        prompt="always" if password else "never" if no_password else "wanted",
    )


def caller(options: tuple[tuple[str, ...], ...] = (), target: tuple[str, ...] = ()) -> Caller:
    """Who calls: the name under which this program runs."""
    from pgseq.core.follow_up import Caller

    return Caller(program=get_current_context().find_root().info_name or "pgseq", target=target, options=options)


def usual_jobs() -> int:
    """Connections at a time where none are asked for."""
    return min(max(os.cpu_count() or 2, 2), 4)


jobs = click.option(
    "-j",
    "--jobs",
    type=click.IntRange(min=1),
    default=usual_jobs,
    show_default="2, or the CPUs here up to 4",
    metavar="N",
    panel="Connection",
    help="At most N connections at a time, over all databases.",
)

_address = (
    click.option("-d", "--dbname", metavar="DBNAME", panel="Connection", help="Database, or a DSN."),
    click.option("-h", "--host", metavar="HOST", panel="Connection", help="Server, or the folder of its socket."),
    click.option("-p", "--port", metavar="PORT", panel="Connection", help="Port."),
    click.option("-U", "--username", metavar="USER", panel="Connection", help="Role to connect as."),
    click.option("-w", "--no-password", is_flag=True, panel="Connection", help="Never ask for a password."),
    click.option("-W", "--password", is_flag=True, panel="Connection", help="Ask for the password."),
)

#: For commands that look at one database at most, and whose arguments are something else.
database = group("connection", _database, *_address)

connection = group(
    "connection",
    _connection,
    click.argument("dsn", nargs=-1),
    *_address,
    click.option("-a", "--all", "every", is_flag=True, panel="Connection", help="Every database of the server."),
    click.option(
        "--exclude-database",
        multiple=True,
        metavar="PATTERN",
        panel="Connection",
        help="With --all: not these databases (pg_dumpall's patterns).",
    ),
    click.option(
        "--from",
        "inventories",
        type=File(dir_okay=False, allow_dash=True),
        multiple=True,
        metavar="FILE",
        panel="Connection",
        help="Databases that a file lists, one a line (docs/fleets.md); - is standard input.",
    ),
    click.option(
        "--executor",
        metavar="NAME",
        panel="Connection",
        help="Work elsewhere: dask=tcp://HOST:PORT, or MODULE:FACTORY of an Executor (check and verify).",
    ),
    click.option(
        "--send-passwords",
        is_flag=True,
        panel="Connection",
        help="Let connection strings with passwords travel to the executor.",
    ),
    jobs,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
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
    return click.option(short, long, help=help, multiple=True, metavar="PATTERN", panel="Selection")


selection = group(
    "selection",
    lambda schema, exclude_schema, table, exclude_table, config, ignore, time_limit: Selection(
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
    click.option(
        "--ignore",
        multiple=True,
        metavar="CODE",
        panel="Selection",
        help="Findings that do not count, such as PGS008.",
    ),
    click.option(
        "--config",
        type=File(dir_okay=False, path_type=Path),
        metavar="FILE",
        panel="Selection",
        help="Configuration, instead of pgseq.toml or pyproject.toml here.",
    ),
    click.option(
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
    click.option(
        "--statement-timeout",
        type=duration,
        default=format_duration(Limits().statement_ms),
        show_default=True,
        metavar="TIME",
        panel="Limits",
        help="Bound on reading one batch of tables; 0 for none.",
    ),
    click.option(
        "--lock-timeout",
        type=positive_duration,
        default=format_duration(Limits().lock_ms),
        show_default=True,
        metavar="TIME",
        panel="Limits",
        help="Bound on waiting for a lock, while others may wait behind.",
    ),
    click.option(
        "--scan-limit",
        type=size,
        default=format_size(Limits().scan_bytes),
        show_default=True,
        metavar="SIZE",
        panel="Limits",
        help="Do not scan larger tables where no index serves the column.",
    ),
    click.option(
        "--trust-owners",
        is_flag=True,
        panel="Limits",
        help="Read tables although that runs functions of their owners (docs/security.md).",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """The policy of a repair, as typed."""

    max_jump: float
    into_gap: bool

    def policy(self) -> Policy:
        """The workflow's policy."""
        from pgseq.model.sequences import Policy

        return Policy(max_jump=self.max_jump, into_gap=self.into_gap)


max_jump = click.option(
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
    lambda max_jump, into_gap: Repair(max_jump=max_jump, into_gap=into_gap),
    max_jump,
    click.option(
        "--into-gap",
        is_flag=True,
        panel="Limits",
        help="Where a repair would give up more: continue in a free stretch before the stray id.",
    ),
)


within = click.option(
    "--within",
    type=click.IntRange(min=0),
    metavar="N",
    panel="What counts",
    help="A collision more than N inserts away does not count.",
)

require = click.option(
    "--require",
    is_flag=True,
    panel="What counts",
    help="Exit with 3 where no sequence that feeds a column was looked at.",
)

lock = click.option(
    "--lock",
    type=click.Choice(["table", "none"]),
    default="table",
    show_default=True,
    panel="Limits",
    help="Hold writers off a table while its sequence is moved, or do not.",
)

color = click.option(
    "--color",
    type=click.Choice(["auto", "always", "never"]),
    default="auto",
    show_default=True,
    panel="Output",
    help="Colours; auto: on a terminal, unless NO_COLOR is set.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The format, colours and detail of the answer."""

    format: Format
    color: Color
    detail: Detail

    def terminal(self, *, error: bool = False) -> Terminal:
        """Standard output or standard error as a Terminal."""
        return Terminal(sys.stderr if error else sys.stdout, self.color)


def _view(format: Format, color: Color, verbose: bool, quiet: bool, limit: int | None) -> View:
    if verbose and quiet:
        raise UsageError("-v and -q contradict each other", "leave one out")
    return View(format=format, color=color, detail=Detail(verbose=verbose, quiet=quiet, limit=limit))


def view(*formats: Format) -> Decorator:
    """The output options, for a command that knows these formats."""
    return group(
        "view",
        _view,
        click.option(
            "--format",
            type=click.Choice(formats),
            default=formats[0],
            show_default=True,
            panel="Output",
            help="How to write the answer.",
        ),
        color,
        click.option("-v", "--verbose", is_flag=True, panel="Output", help="Healthy sequences and remarks, too."),
        click.option("-q", "--quiet", is_flag=True, panel="Output", help="Only what is wrong."),
        click.option(
            "--limit",
            type=rows,
            default="100",
            show_default=True,
            metavar="N",
            panel="Output",
            help="List at most N rows for a database, or all (table and markdown).",
        ),
    )
