"""The main job told on a real PostgreSQL server: check, the failing INSERT, fix, verify, the INSERT that works.

The commands shown are run as they stand, as processes of their own, so that what is seen is what they do.
"""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pgseq.core.follow_up import called
from pgseq.embedded import EmbeddedServer, forget_the_users_servers, stop_kept, temporary_server
from pgseq.model.exit_code import ExitCode
from pgseq.model.hints import command
from pgseq.names import shell_words

if TYPE_CHECKING:
    from rich.console import Console

DATABASE = "shop"
#: What the commands are called that are told.
PROGRAM: Final = "pgseq"
#: The server keeps a record of statements, for `pgseq why`.
SETTINGS = {"shared_preload_libraries": "pg_stat_statements"}
INSERT = """INSERT INTO "Users" (name) VALUES ('Barbara') RETURNING id"""


def run(*, keep: bool, console: Console, program: str = PROGRAM) -> int:
    """Tell the story on `console`; 0 when every act ended as it should.

    `keep` leaves the server running afterwards and prints how to reach and how to remove it; else nothing is left
    behind, also after Ctrl-C. `program` is what stands in the place of `pgseq`. Raises UsageError when the `demo` extra
    is not installed.
    """
    with shop(keep=keep, console=console, program=program) as dsn:
        worked = _tell(console, dsn)
    return ExitCode.OK if worked else ExitCode.WRONG


@contextmanager
def shop(*, keep: bool, console: Console, program: str = PROGRAM) -> Iterator[str]:
    """The broken shop on a server of its own, for the length of a block; its DSN. As for `run`."""
    forget_the_users_servers()
    console.print("Starting a PostgreSQL 18 of its own in a temporary folder …", style="dim")
    with temporary_server(settings=SETTINGS) as server:
        dsn = build(server)
        yield dsn
        if keep:
            server.keep()
            _how_to_go_on(console, server, dsn, program)


def stop(folder: Path) -> None:
    """Stop and remove a server that `--keep` left running. Raises UsageError for a folder that is not one."""
    stop_kept(folder)


def build(server: EmbeddedServer) -> str:
    """Create the shop's database; its DSN."""
    import psycopg

    with psycopg.connect(server.dsn(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {DATABASE}")
    with psycopg.connect(server.dsn(DATABASE), autocommit=True) as connection:
        connection.execute(files(__package__).joinpath("shop.sql").read_bytes())
    return server.dsn(DATABASE)


def _tell(console: Console, dsn: str) -> bool:
    _act(console, "A shop after an import, a wrong setval() and an id given by hand. A user signs up:")
    refused = not _insert(console, dsn)
    _act(console, "What is out of sync, and when will it fail? (check only reads)")
    checked = _command(console, dsn, "check") == 1
    _act(console, "Move what is behind, forward only, each under a short lock:")
    fixed = _command(console, dsn, "fix", "--yes") == 0
    _act(console, "Prove the next insert, with a real one that is rolled back:")
    proved = _command(console, dsn, "verify", "--insert") == 0
    _act(console, "And the user signs up:")
    return _insert(console, dsn) and refused and checked and fixed and proved


def _act(console: Console, title: str) -> None:
    console.print()
    console.print(f"━━ {title}", style="bold cyan", markup=False, highlight=False, soft_wrap=True)


def _command(console: Console, dsn: str, name: str, *options: str) -> int:
    """Run a command of pgseq; the exit code."""
    console.print(f"$ {shlex.join([PROGRAM, name, *options, DATABASE])}", style="bold", highlight=False)
    console.file.flush()
    color = "always" if console.is_terminal and not console.no_color else "never"
    # Nothing of the current folder counts here: not its pgseq.toml, and no module that is there.
    program = [sys.executable, "-P", "-m", "pgseq"]
    arguments = [*program, name, *options, "--config", os.devnull, "--color", color, dsn]
    # In a session of its own: Ctrl-C in a terminal is for the demo alone, which then ends the command.
    return subprocess.run(arguments, check=False, stdin=subprocess.DEVNULL, start_new_session=True).returncode


def _insert(console: Console, dsn: str) -> bool:
    """Insert a user as an application would, and show what psql would show; whether it worked."""
    import psycopg

    console.print(f"{DATABASE}=# {INSERT};", style="bold", markup=False, highlight=False)
    try:
        with psycopg.connect(dsn, autocommit=True) as connection:
            row = connection.execute(INSERT).fetchone()
    except psycopg.errors.UniqueViolation as error:
        console.print(f"ERROR:  {error.diag.message_primary}", style="bold red", markup=False, highlight=False)
        console.print(f"DETAIL:  {error.diag.message_detail}", style="red", markup=False, highlight=False)
        return False
    console.print(f" id\n----\n {row[0] if row else '?'}\n(1 row)", style="green", markup=False, highlight=False)
    return True


def _how_to_go_on(console: Console, server: EmbeddedServer, dsn: str, program: str) -> None:
    compose = called(program)
    console.print()
    console.print("The server stays up. Break something and look again:", style="bold")
    for line in (
        f"  {compose(command('check', '', '-d', dsn))}",
        f"  {shell_words(('psql', dsn))}",
        f"In the end: {compose(command('demo', '', '--stop', str(server.folder)))}",
    ):
        console.print(line, highlight=False, markup=False, soft_wrap=True)
