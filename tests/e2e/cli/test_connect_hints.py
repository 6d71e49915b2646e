"""What is advised when no connection can be opened: what fits the reason, or nothing."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

from tests.support.commandline import Pgseq
from tests.support.database import Database, Server, fresh_database
from tests.support.pgbouncer import pooled

UNREACHED: Final = "check host and port with: pg_isready -h HOST -p PORT"
QUOTE: Final = "'"
ROLES: Final = {"limited": "LOGIN CONNECTION LIMIT 0", "group": "NOLOGIN", "{who}": "LOGIN"}


@pytest.fixture
def roles(server: Server) -> Iterator[None]:
    for name, attributes in ROLES.items():
        server.admin(f'CREATE ROLE "{name}" {attributes}')
    yield
    for name in ROLES:
        server.admin(f'DROP ROLE "{name}"')


@pytest.fixture
def closed(server: Server) -> Iterator[Database]:
    """A database that nobody may connect to who was not allowed to."""
    with fresh_database(server) as fresh:
        server.admin(f"REVOKE CONNECT ON DATABASE {fresh.name} FROM public")
        yield fresh


def advice(pgseq: Pgseq, dsn: str, **env: str) -> tuple[str, str | None]:
    """The last words of the error, and the hint."""
    done = pgseq("check", dsn, env=env)
    assert (done.code, done.out) == (2, "")
    error, *hints = done.err.splitlines()
    assert len(hints) <= 1
    return error, hints[0].removeprefix("hint: ") if hints else None


def test_a_role(server: Server, roles: None, pgseq: Pgseq) -> None:
    for user, told, hint in (
        ("nobody", 'role "nobody" does not exist', "PGUSER, -U or the DSN chooses the role"),
        ("group", 'role "group" is not permitted to log in', 'ALTER ROLE "group" LOGIN'),
        (
            "limited",
            'too many connections for role "limited"',
            "wait until other sessions have ended, or raise the limit",
        ),
    ):
        error, given = advice(pgseq, server.tcp(user=user))
        assert error.endswith(f"FATAL:  {told}")
        assert given == hint


def test_the_missing_grant_lets_the_role_in(roles: None, closed: Database, pgseq: Pgseq) -> None:
    dsn = closed.server.tcp(closed.name, "{who}")
    error, hint = advice(pgseq, dsn)
    assert f'permission denied for database "{closed.name}"' in error
    assert hint == f'GRANT CONNECT ON DATABASE "{closed.name}" TO "{{who}}"'
    closed.server.admin(hint)
    assert pgseq("check", dsn).code == 0


@pytest.mark.parametrize("name", ["nosuch", "'password authentication failed'"])
def test_a_database(name: str, server: Server, pgseq: Pgseq) -> None:
    error, hint = advice(pgseq, server.tcp(name))
    assert error.endswith(f'FATAL:  database "{name.strip(QUOTE)}" does not exist')
    assert hint == "psql -l lists the databases; PGDATABASE, -d or the DSN chooses one; a table comes behind -t"


@pytest.mark.parametrize(
    ("parameter", "told", "hint"),
    [
        (
            "service=nosuch",
            'definition of service "nosuch" not found',
            "services are defined in ~/.pg_service.conf, or in the file that PGSERVICEFILE names",
        ),
        (
            "sslmode=maybe",
            'invalid sslmode value: "maybe"',
            "known values: PostgreSQL documentation, Parameter Key Words",
        ),
        (
            "sslmode=require",
            "server does not support SSL, but SSL was required",
            "let the server offer SSL, or choose another sslmode (PGSSLMODE)",
        ),
        (
            "options=-cnonsense=1",
            'FATAL:  unrecognized configuration parameter "nonsense"',
            "the DSN (options, client_encoding), PGOPTIONS or another variable of libpq sets it",
        ),
        ("target_session_attrs=standby", "server is not in hot standby mode", None),
    ],
)
def test_a_parameter(parameter: str, told: str, hint: str | None, server: Server, pgseq: Pgseq) -> None:
    error, given = advice(pgseq, f"{server.tcp()} {parameter}")
    assert error.endswith(told)
    assert given == hint


def test_what_pgbouncer_does_not_take(server: Server, pgseq: Pgseq) -> None:
    with pooled(server, "session") as port:
        error, hint = advice(pgseq, f"host=127.0.0.1 port={port} user=postgres dbname=postgres options=-cjit=off")
    assert "unsupported startup parameter" in error
    assert hint == "leave it out of the DSN and PGOPTIONS, or add it to ignore_startup_parameters of PgBouncer"


@pytest.mark.slow
def test_nobody_was_met(pgseq: Pgseq, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        for dsn in (
            "host=127.0.0.1 port=1",
            "host=/nowhere",
            "host=nowhere.invalid",
            f"host=127.0.0.1 port={silent.getsockname()[1]} connect_timeout=2",
        ):
            assert advice(pgseq, f"{dsn} dbname=x")[1] == UNREACHED
