"""Connection strings by libpq's rules, and without what must not be shown."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from functools import cache

from pgseq import spelling
from pgseq.errors import UsageError, forgetting
from pgseq.text.secrets import KEYWORDS, Hidden, redact

HINT = "write postgresql://user@host:port/database, 'host=… dbname=…', or a database name"
#: Parameters that servers, resolvers and their logs get to see.
_PLACE = ("service", "host", "hostaddr", "port", "dbname", "user", "sslmode", "sslrootcert")
SHOWN = ("host", "hostaddr", "port", "dbname", "user", "application_name", "service")


class Parameters(dict[str, str]):
    """Parameters of libpq by their key words; the values are not shown."""

    def __repr__(self) -> str:
        return f"Parameters({', '.join(self)})"


@forgetting
def parse(dsn: str) -> Parameters:
    """The parameters of a URI, a conninfo string or a database name; of SQLAlchemy's `postgresql+DRIVER://`, too.

    Raises UsageError, also for what is meant as a connection string in another form. Source: PostgreSQL documentation,
    "Connection Strings"; recognized_connection_string() in libpq's fe-connect.c.
    """
    text = Hidden(spelling.read(dsn, _keywords()))
    if not is_string(text):
        return Parameters({"dbname": str(text)} if text else {})
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    try:
        parameters = Parameters((key, str(value)) for key, value in conninfo_to_dict(text).items())
    except psycopg.ProgrammingError as error:
        # libpq quotes what it could not read, and that may be the password.
        message = re.sub(r'"[^"]*"', '"…"', str(error).strip()) if '"' not in text else "misplaced quotes"
        raise UsageError(f"a connection string cannot be read: {message}", HINT) from None
    refuse(parameters)
    return parameters


@forgetting
def refuse(parameters: Mapping[str, str], variables: Mapping[str, str] | None = None) -> None:
    """Raises UsageError for values that are meant as something else, of which a secret would be shown: a connection
    string as the database's name, a part of a URI's password as its host or port.

    `variables` names where a value comes from, by key word, if not from a connection string.
    """
    named = dict(variables or {})
    for key in (key for key in SHOWN if key in parameters):
        value, whose = parameters[key], named.get(key, key)
        if key == "dbname":
            try:
                spelling.refuse(value)
            except UsageError as error:
                raise UsageError(f"{whose} is no database's name: {error.message}", error.hint) from None
        if spelling.is_secret(value):
            raise UsageError(f"{whose} holds a password", f"write {spelling.FORM}")
    hosts = parameters.get("host", "").split(",")
    if any(re.match(r"[^/@].*[@;&?\s]", host) for host in hosts) or not re.fullmatch(
        r"[\d,\s]*", parameters.get("port", "")
    ):
        raise UsageError("a connection string has no proper host or port", spelling.ENCODE)


def refuse_empty(dsn: str) -> None:
    """Raises UsageError for a connection string that says nothing: a variable may not be set."""
    if not dsn.strip():
        raise UsageError(
            "the connection string is empty",
            "is the variable set that it comes from? for what libpq takes by itself (PGDATABASE, …), leave it out",
        )


def is_string(dsn: str) -> bool:
    """Whether libpq takes it for a connection string rather than a database's name."""
    return dsn.startswith(spelling.SCHEMES) or "=" in dsn


def is_meant_as_string(text: str) -> bool:
    """Whether it begins as a connection string does, also as one that cannot be read; a path may hold `=`, too."""
    return spelling.is_like(text) or ("=" in text and text.partition("=")[0].strip() in _keywords())


@cache
def _keywords() -> frozenset[str]:
    from psycopg.pq import Conninfo

    return frozenset(one.keyword.decode() for one in Conninfo.get_defaults())


def build(parameters: Mapping[str, str]) -> str:
    """A conninfo string."""
    from psycopg.conninfo import make_conninfo

    return Hidden(make_conninfo(**parameters))


def without_password(dsn: str) -> str:
    """`dsn` as it is, or without its passwords as a conninfo string."""
    parameters = parse(dsn)
    shown = (
        build({key: value for key, value in parameters.items() if key not in KEYWORDS})
        if KEYWORDS & set(parameters)
        else dsn
    )
    return redact(str(shown))


def database(parameters: Parameters) -> str | None:
    """The database's name as it is given, or else as the environment has it; None where a service is to say it."""
    if "dbname" in parameters or "service" in parameters:
        return parameters.get("dbname")
    return effective(parameters).get("dbname")


def place(parameters: Mapping[str, str]) -> str:
    """The connection string of these parameters as far as they name a server, a database and a role."""
    return build({key: parameters[key] for key in _PLACE if parameters.get(key)})


def naming(dsn: str | None, database: str | None) -> tuple[str, ...]:
    """The option -d that names a database: the connection string `dsn` as it is, without its passwords, and with
    `database` in it where it names another one or none."""
    parameters = {} if dsn is None else parse(dsn)
    if database is None or database == parameters.get("dbname"):
        return () if dsn is None else ("-d", without_password(dsn))
    if parameters.keys() <= {"dbname"} and not is_string(database) and parse(database) == {"dbname": database}:
        return ("-d", redact(database))
    return ("-d", without_password(build(parameters | {"dbname": database})))


def effective(parameters: dict[str, str]) -> Parameters:
    """What libpq makes of the parameters: those given, then those of their service, the environment's, its own. Empty
    where it cannot tell, as of a service that is not defined.

    libpq tells it of an attempt only, so of one that it refuses before it has begun.
    """
    from psycopg.pq import PGconn

    attempt = PGconn.connect_start(build(parameters | {"sslmode": "-"}).encode())
    try:
        return Parameters((one.keyword.decode(), one.val.decode()) for one in attempt.info if one.val)
    finally:
        attempt.finish()


def default(keyword: str) -> str | None:
    """What libpq takes for a parameter that is not given: from the environment or its own."""
    from psycopg.pq import Conninfo

    value = next((one for one in Conninfo.get_defaults() if one.keyword.decode() == keyword), None)
    return value.val.decode() if value and value.val else None


def variables(parameters: Mapping[str, str]) -> dict[str, str]:
    """Where libpq takes the parameters from that are not given, as far as these are environment variables."""
    from psycopg.pq import Conninfo

    settable = ((one.keyword.decode(), (one.envvar or b"").decode()) for one in Conninfo.get_defaults())
    return {key: variable for key, variable in settable if key not in parameters and variable in os.environ}
