"""Opening connections by libpq's rules, and sessions over them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

from pgseq import conninfo
from pgseq.errors import ConnectionFailed
from pgseq.pg import drivers
from pgseq.pg.drivers import Handle, psycopg3
from pgseq.pg.pool import SessionPool
from pgseq.pg.session import Session
from pgseq.text.secrets import MASK, Hidden

if TYPE_CHECKING:
    import psycopg

#: libpq's default of the key word, so that monitoring can tell pgseq's sessions from the application's.
APPLICATION_NAME = "pgseq"
#: Seconds to wait for a connection where nothing says how long.
PATIENCE = "10"
#: A network that has gone away is noticed within a minute and a half, where the system takes two hours (PostgreSQL
#: documentation, libpq, "Parameter Key Words").
_KEEPALIVES: Final = {"keepalives_idle": "60", "keepalives_interval": "10", "keepalives_count": "3"}


@contextmanager
def open_session(target: str | Handle) -> Iterator[Session]:
    """A Session for a DSN (opened and closed here) or over what a caller holds (left as it was).

    Raises ConnectionFailed when no connection can be opened, UsageError for what cannot be used.
    """
    if not isinstance(target, str):
        with drivers.session(target) as session:
            yield session
        return
    connection = connect(Hidden(target))
    try:
        with psycopg3.session(connection) as session:
            yield session
    finally:
        connection.close()


@contextmanager
def open_pool(target: str | Handle, jobs: int) -> Iterator[SessionPool]:
    """A SessionPool for a DSN, of at most `jobs` sessions; on what a caller holds the primary session
    works alone. Raises what `open_session` raises."""
    with open_session(target) as primary:
        if isinstance(target, str):
            with SessionPool(primary=primary, more=lambda: open_session(target), jobs=jobs) as pool:
                yield pool
        else:
            yield SessionPool(primary=primary)


def connect(dsn: str, *, password: str | None = None) -> psycopg.Connection[Any]:
    """Open an autocommit connection by libpq's rules (URI or conninfo, PG* variables, service file, .pgpass).

    Raises ConnectionFailed with libpq's own words and what to do next, UsageError; a password in the DSN never appears
    in them.
    """
    import psycopg

    dsn, password = Hidden(dsn), Hidden(password) if password else None
    given = conninfo.parse(dsn)
    known = conninfo.effective(given)
    conninfo.refuse(known, conninfo.variables(given))
    parameters = conninfo.Parameters(
        {
            "fallback_application_name": APPLICATION_NAME,
            "client_encoding": known.get("client_encoding", "UTF8"),
            # psycopg knows the environment's, but not a service's.
            "connect_timeout": known.get("connect_timeout", PATIENCE),
        }
        | {name: known.get(name, seconds) for name, seconds in _KEEPALIVES.items()}
        | given
        | ({"password": password} if password else {})
    )
    try:
        # No prepared statements: behind PgBouncer's transaction mode the next one may reach another server session.
        return psycopg.connect(conninfo.build(parameters), autocommit=True, prepare_threshold=None)
    except psycopg.Error as error:
        text = _without(parameters.get("password", ""), known, str(error).strip())
        needs_password = bool(error.pgconn and error.pgconn.needs_password)
    # Here, so that it does not carry psycopg's along, in whose frames the password is.
    raise ConnectionFailed(text, _connect_hint(text, known), needs_password=needs_password)


def _without(secret: str, known: conninfo.Parameters, text: str) -> str:
    """libpq names the parameters of a failed attempt, never a password; still, one in the text is struck out. A role
    of the same name is not: that would tell."""
    names = {known.get(key, "") for key in conninfo.SHOWN}
    for spelt in {secret, quote(secret, safe=""), repr(secret)[1:-1]} - names - {""}:
        text = re.sub(rf"(?<!\w){re.escape(spelt)}(?!\w)", MASK, text)
    return text


def _connect_hint(text: str, known: conninfo.Parameters) -> str:
    """What to try next; empty where nothing fits. `known`: whose attempt it was, and at which database."""
    from psycopg.sql import Identifier

    # A name may read like a message.
    words = re.sub(r'"[^"]*"', '""', text)
    hint = next((hint for told, hint in _HINTS.items() if re.search(told, words)), "")
    names = {key: Identifier(known.get(key, "")).as_string() for key in ("dbname", "user")}
    return hint.format_map(names)


#: What libpq or the server says of a failed attempt, and what to do about it. libpq does not tell its SQLSTATE: these
#: words, where they are not translated, choose advice, and never decide anything.
_HINTS = {
    "no password supplied|password authentication failed": "give the password by PGPASSWORD, ~/.pgpass or -W",
    'database "" does not exist|no such database': (
        "psql -l lists the databases; PGDATABASE, -d or the DSN chooses one; a table comes behind -t"
    ),
    'role "" does not exist': "PGUSER, -U or the DSN chooses the role",
    'role "" is not permitted to log in': "ALTER ROLE {user} LOGIN",
    'permission denied for database ""': "GRANT CONNECT ON DATABASE {dbname} TO {user}",
    'too many connections for (role|database) ""|too many clients|remaining connection slots': (
        "wait until other sessions have ended, or raise the limit"
    ),
    "FATAL:  not allowed$": (
        "PgBouncer's admin console is for its admin_users and stats_users: name a database behind it"
    ),
    "no pg_hba.conf entry": "a line of pg_hba.conf on the server has to let {user} into {dbname} from here",
    'definition of service "" not found|service file "" not found': (
        "services are defined in ~/.pg_service.conf, or in the file that PGSERVICEFILE names"
    ),
    "server does not support SSL": "let the server offer SSL, or choose another sslmode (PGSSLMODE)",
    "unsupported startup parameter": (
        "leave it out of the DSN and PGOPTIONS, or add it to ignore_startup_parameters of PgBouncer"
    ),
    "unrecognized configuration parameter|invalid value for parameter": (
        "the DSN (options, client_encoding), PGOPTIONS or another variable of libpq sets it"
    ),
    r"invalid \w+ value": "known values: PostgreSQL documentation, Parameter Key Words",
    "the database system is": "wait until it accepts connections: pg_isready -h HOST -p PORT",
    # Nobody was met.
    "Is the server running|failed to resolve host|could not translate host name|timeout expired"
    "|server closed the connection unexpectedly": "check host and port with: pg_isready -h HOST -p PORT",
}
