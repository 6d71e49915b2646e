"""The options that say where the databases are."""

from __future__ import annotations

import os

import click
from click import get_current_context
from click.core import ParameterSource
from msgspec.structs import replace

from pgseq.cli.app.command import option
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.files import File
from pgseq.cli.options.grouping import group
from pgseq.cli.options.inventory import read_inventory
from pgseq.errors import UsageError
from pgseq.names import parse_single


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
    if send_passwords and executor is None:
        raise UsageError("--send-passwords goes with --executor", "leave it out: nothing is sent anywhere")
    return replace(
        _database(dbname, host, port, username, no_password, password),
        dsn=dsn,
        every=every,
        exclude=tuple(map(parse_single, exclude_database)),
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


def usual_jobs() -> int:
    """Connections at a time where none are asked for."""
    return min(max(os.cpu_count() or 2, 2), 4)


jobs = option(
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
    option("-d", "--dbname", metavar="DBNAME", panel="Connection", help="Database, or a DSN."),
    option("-h", "--host", metavar="HOST", panel="Connection", help="Server, or the folder of its socket."),
    option("-p", "--port", metavar="PORT", panel="Connection", help="Port."),
    option("-U", "--username", metavar="USER", panel="Connection", help="Role to connect as."),
    option("-w", "--no-password", is_flag=True, panel="Connection", help="Never ask for a password."),
    option("-W", "--password", is_flag=True, panel="Connection", help="Ask for the password."),
)

#: For commands that look at one database at most, and whose arguments are something else.
database = group("connection", _database, *_address)

connection = group(
    "connection",
    _connection,
    click.argument("dsn", nargs=-1),
    *_address,
    option("-a", "--all", "every", is_flag=True, panel="Connection", help="Every database of the server."),
    option(
        "--exclude-database",
        multiple=True,
        metavar="PATTERN",
        panel="Connection",
        help="With --all: not these databases (pg_dumpall's patterns).",
    ),
    option(
        "--from",
        "inventories",
        type=File(dir_okay=False, allow_dash=True),
        multiple=True,
        metavar="FILE",
        panel="Connection",
        help="Databases that a file lists, one a line (docs/fleets.md); - is standard input.",
    ),
    option(
        "--executor",
        metavar="NAME",
        panel="Connection",
        help="Work elsewhere: dask=tcp://HOST:PORT, or MODULE:FACTORY of an Executor (check, verify, range).",
    ),
    option(
        "--send-passwords",
        is_flag=True,
        panel="Connection",
        help="Let connection strings with passwords travel to the executor.",
    ),
    jobs,
)
