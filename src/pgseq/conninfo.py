"""Connection strings by libpq's rules, and without what must not be shown."""

from __future__ import annotations

import re

from pgseq.errors import UsageError

Parameters = dict[str, str]

HINT = "write postgresql://user@host:port/database, 'host=… dbname=…', or a database name"


def parse(dsn: str) -> Parameters:
    """The parameters of a URI, a conninfo string or a database name. Raises UsageError.

    Source: PostgreSQL documentation, "Connection Strings"; recognized_connection_string() in libpq's fe-connect.c.
    """
    if not is_string(dsn):
        return {"dbname": dsn} if dsn else {}
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    try:
        return {key: str(value) for key, value in conninfo_to_dict(dsn).items()}
    except psycopg.ProgrammingError as error:
        # libpq quotes what it could not read, and that may be the password.
        told = re.sub(r'"[^"]*"', '"…"', str(error).strip()) if '"' not in dsn else "misplaced quotes"
        raise UsageError(f"a connection string cannot be read: {told}", HINT) from None


def is_string(dsn: str) -> bool:
    """Whether libpq takes it for a connection string rather than a database's name."""
    return dsn.startswith(("postgresql://", "postgres://")) or "=" in dsn


def is_meant_as_string(text: str) -> bool:
    """Whether it begins as a connection string does, also as one that cannot be read; a path may hold `=`, too."""
    if "=" not in text or text.startswith(("postgresql://", "postgres://")):
        return is_string(text)
    from psycopg.pq import Conninfo

    return text.partition("=")[0].strip().encode() in {one.keyword for one in Conninfo.get_defaults()}


def build(parameters: Parameters) -> str:
    """A conninfo string."""
    from psycopg.conninfo import make_conninfo

    return make_conninfo(**parameters)


def public(dsn: str) -> str:
    """`dsn` as it is, or without its passwords as a conninfo string."""
    if not is_string(dsn):
        return dsn
    from psycopg.pq import Conninfo

    # libpq itself marks the parameters that are not to be shown (dispchar "*"; documentation of PQconndefaults).
    secret = {one.keyword.decode() for one in Conninfo.get_defaults() if one.dispchar == b"*"}
    given = parse(dsn)
    return build({key: value for key, value in given.items() if key not in secret}) if secret & set(given) else dsn


def struck_out(text: str) -> str:
    """A text without the passwords of connection strings that it repeats. Of a line nothing is left behind
    `password=`: where a password ends, a string that cannot be read does not tell."""
    return _KEYWORD.sub(r"\1***", _IN_URI.sub(r"\1***@", text))


_IN_URI = re.compile(r"(://[^\s:/@]*:)\S*@")
_KEYWORD = re.compile(r"(password\s*=\s*).*", re.IGNORECASE)


def effective(given: Parameters) -> Parameters:
    """What libpq makes of the parameters: those given, then those of their service, the environment's, its own. Empty
    where it cannot tell, as of a service that is not defined.

    libpq tells it of an attempt only, so of one that it refuses before it has begun.
    """
    from psycopg.pq import PGconn

    attempt = PGconn.connect_start(build(given | {"sslmode": "-"}).encode())
    try:
        return {one.keyword.decode(): one.val.decode() for one in attempt.info if one.val}
    finally:
        attempt.finish()


def default(keyword: str) -> str | None:
    """What libpq takes for a parameter that is not given: from the environment or its own."""
    from psycopg.pq import Conninfo

    found = next((one for one in Conninfo.get_defaults() if one.keyword.decode() == keyword), None)
    return found.val.decode() if found and found.val else None
