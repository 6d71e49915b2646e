"""Connection strings in the forms in which people have them."""

from __future__ import annotations

import time

import pytest

from pgseq import conninfo, spelling
from pgseq.errors import UsageError
from pgseq.text.secrets import redact


@pytest.mark.parametrize(
    ("dsn", "parameters"),
    [
        ("postgresql+psycopg2://me@db1/app", {"user": "me", "host": "db1", "dbname": "app"}),
        ("postgres+asyncpg:///app?host=/run", {"dbname": "app", "host": "/run"}),
        ("postgresql+asyncpg://db1?ssl=require", {"host": "db1", "sslmode": "require"}),
        ("postgresql+asyncpg://db1?ssl=True", {"host": "db1", "sslmode": "require"}),
        ("postgresql+asyncpg://db1?ssl=false&timeout=3", {"host": "db1", "sslmode": "disable", "connect_timeout": "3"}),
        ("postgresql+psycopg://db1?sslmode=verify-full&prepare_threshold=0", {"host": "db1", "sslmode": "verify-full"}),
        ("postgresql+psycopg://db1?client_encoding=utf8", {"host": "db1", "client_encoding": "utf8"}),
        ("postgresql+psycopg2://me:%40@db1,db2:5433/app", None),
        (" postgresql://db1/app\n", {"host": "db1", "dbname": "app"}),
        ("postgresql://db1/app?ssl=true", {"host": "db1", "dbname": "app", "sslmode": "require"}),
        ("host=db1 password=x://y@z", {"host": "db1", "password": "x://y@z"}),
        ("host=db1 password=a:b@c", {"host": "db1", "password": "a:b@c"}),
        ("host=/tmp/a=b@c", {"host": "/tmp/a=b@c"}),
        ("app:blue", {"dbname": "app:blue"}),
        ("me@work", {"dbname": "me@work"}),
        ("a=b", UsageError),
        ("postgresql+psycopg2://db1?direct_tls=1", UsageError),
        ("postgresql+psycopg2://?host=a&host=b", UsageError),
        ("postgresql://me@db1/app@home", UsageError),
        ("postgresql://db1/app?password=a&schema=public", UsageError),
        ("app\0x", UsageError),
        ("app\udcff", UsageError),
        ("app:/x", UsageError),
        ("mssql+pyodbc://db1/app", UsageError),
        ("mysql://db1/app", UsageError),
    ],
)
def test_parse(dsn: str, parameters: dict[str, str] | type[UsageError] | None) -> None:
    if parameters is UsageError:
        with pytest.raises(UsageError):
            conninfo.parse(dsn)
    elif parameters is None:
        assert conninfo.parse(dsn)["host"] == "db1,db2"
    else:
        assert conninfo.parse(dsn) == parameters


@pytest.mark.parametrize(
    ("dsn", "named"),
    [
        ("postgresql://db1/app?schema=public", "schema"),
        ("postgresql+asyncpg://db1/app?direct_tls=1", "direct_tls"),
        # What stands behind a password may be the rest of it.
        ("postgresql://db1/app?password=a&schema=public", None),
    ],
)
def test_a_parameter_is_named_where_it_is_no_part_of_a_password(dsn: str, named: str | None) -> None:
    with pytest.raises(UsageError) as raised:
        conninfo.parse(dsn)
    assert ("schema" in raised.value.message or "direct_tls" in raised.value.message) == (named is not None)
    assert named is None or f"parameter {named}," in raised.value.message


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("postgresql+psycopg2:/me:x@db1/app", True),
        ("postgresql:/db1/app", True),
        ("host=db1", True),
        ("me:x@db1/app", True),
        ("year=2024/x.log", False),
        ("logs/a:b@c.log", False),
        ("app.log", False),
        ("/var/log/a:b.log", False),
    ],
)
def test_what_is_meant_as_a_connection_string_and_no_file(text: str, meant: bool) -> None:
    assert conninfo.is_meant_as_string(text) == meant


@pytest.mark.parametrize(
    "text",
    [
        "public.password: the next INSERT fails",
        'duplicate key value violates unique constraint "users_password_key"',
        "public.users.password::text",
        "a password's own characters, and a user's",
        "password authentication failed for user 'x'",
        'no password supplied: connection to server at "::1", port 5432 failed',
        "SET password_encryption = 'scram-sha-256'",
        "12:30@noon, me@x.org, postgresql://me@db1:5432/app",
        "Key (email)=(me@x.org) already exists.",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    "piece",
    [
        "password ",
        "password/*",
        "password 'x",
        "password$a$",
        "password\"'",
        "://a:",
        "%3A/",
        ":/",
        "a:",
        "@",
        "pwd ",
        " ",
        "'",
        "\\",
    ],
)
@pytest.mark.sampled(14)
def test_striking_out_takes_time_in_proportion(piece: str) -> None:
    began = time.process_time()
    for text in (piece * 100_000, "@" + piece * 100_000, piece * 100_000 + "@"):
        redact(text)
        spelling.is_refused(text)
    assert time.process_time() - began < 20
