"""What is typed: times, shares, connection strings."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

import pgseq
from pgseq import conninfo
from pgseq.cli import main
from pgseq.cli.options.connection import Connection
from pgseq.cli.options.types import duration, positive_duration, share, size
from pgseq.errors import UsageError
from pgseq.text.secrets import redact
from pgseq.text.units import format_duration, format_size

#: Options of psql, pg_restore and others that texts may name.
OTHER_PROGRAMS: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("text", "milliseconds"),
    [
        ("2s", 2000),
        ("500ms", 500),
        ("1min", 60_000),
        ("250", 250),
        ("1.5s", 1500),
        ("1h", 3_600_000),
        ("0", 0),
        (" 2 s ", 2000),
    ],
)
def test_duration(text: str, milliseconds: int) -> None:
    assert duration(text) == milliseconds


@pytest.mark.parametrize("text", ["", "s", "2 seconds", "-1", "2S", "1e3", "25d"])
def test_not_a_duration(text: str) -> None:
    with pytest.raises(click.BadParameter):
        duration(text)


def test_patience_has_an_end() -> None:
    assert positive_duration("1ms") == 1
    with pytest.raises(click.BadParameter, match="without end"):
        positive_duration("0")


@pytest.mark.parametrize(
    ("text", "part"), [("10%", 0.1), ("0.1", 0.1), ("10", 0.1), ("100%", 1), ("1%", 0.01), ("0", 0), ("0.5%", 0.005)]
)
def test_share(text: str, part: float) -> None:
    assert share(text) == pytest.approx(part)


@pytest.mark.parametrize("text", ["", "%", "ten", "101", "150%", "-1%", "1", "1.0"])
def test_not_a_share(text: str) -> None:
    with pytest.raises(click.BadParameter):
        share(text)


@pytest.mark.parametrize(
    ("dsn", "parameters"),
    [
        ("", {}),
        ("app", {"dbname": "app"}),
        ("App with blanks", {"dbname": "App with blanks"}),
        ("dbname=app port=5433", {"dbname": "app", "port": "5433"}),
        ("postgresql://me@db1/app", {"user": "me", "host": "db1", "dbname": "app"}),
        ("postgres://db1", {"host": "db1"}),
    ],
)
def test_parse(dsn: str, parameters: dict[str, str]) -> None:
    assert conninfo.parse(dsn) == parameters


@pytest.mark.parametrize(
    "dsn",
    [
        "password=my secret",
        "postgresql://u:secret@[::1/db",
        "postgresql://u:secret%zz@h/db",
        "dbname=a password='secret",
        'password="my secret"',
    ],
)
def test_a_connection_string_that_cannot_be_read_stays_secret(dsn: str) -> None:
    with pytest.raises(UsageError) as raised:
        conninfo.parse(dsn)
    assert "secret" not in raised.value.message + raised.value.hint


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("no server at postgresql://me:secret@db1/app: gone", "no server at postgresql://me:***@db1/app: gone"),
        ("postgresql://me:se/cr@et@db1,postgresql://x:y@z/q", "postgresql://me:***@z/q"),
        ("postgresql://me@db1/app", "postgresql://me@db1/app"),
        ("host=a password = 'my secret' dbname=b", "host=a password = ***"),
        ("postgresql://db1/app?sslpassword=secret", "postgresql://db1/app?sslpassword=***"),
        ("it is 12:30@noon", "it is 12:30@noon"),
    ],
)
def test_passwords_are_struck_out_of_texts(text: str, shown: str) -> None:
    assert redact(text) == shown


@pytest.mark.parametrize(
    ("dsn", "shown"),
    [
        ("app", "app"),
        ("postgresql://me@db1/app", "postgresql://me@db1/app"),
        ("postgresql://me:secret@db1/app", "user=me dbname=app host=db1"),
        ("postgresql://db1/app?password=secret", "dbname=app host=db1"),
        ("dbname=app sslpassword=secret", "dbname=app"),
    ],
)
def test_public_has_no_password(dsn: str, shown: str) -> None:
    assert conninfo.parse(conninfo.without_password(dsn)) == conninfo.parse(shown)


def test_a_dsn_overrides_options() -> None:
    connection = Connection(dsn=("host=a hostaddr=10.0.0.1 port=1 dbname=app",), host="b", port="2", username="me")
    (server,) = connection.servers()
    assert server.parameters == {"host": "a", "hostaddr": "10.0.0.1", "port": "1", "dbname": "app", "user": "me"}


def test_dbname_names_the_database_of_a_dsn_without_one() -> None:
    (server,) = Connection(dsn=("postgresql://db1",), dbname="app").servers()
    assert server.parameters == {"host": "db1", "dbname": "app"}
    with pytest.raises(UsageError, match="named twice"):
        Connection(dsn=("app",), dbname="other").servers()


def test_dbname_may_be_a_connection_string() -> None:
    (server,) = Connection(dbname="postgresql://db1/app", port="5433").servers()
    assert server.parameters == {"host": "db1", "dbname": "app", "port": "5433"}


def test_arguments_repeat_the_connection_without_its_password() -> None:
    connection = Connection(
        dsn=("postgresql://me:secret@db1/app",), host="db2", port="1", username="me", prompt="never", every=True
    )
    words = connection.arguments()
    assert words[1:] == ("-h", "db2", "-p", "1", "-U", "me", "-w", "--all")
    assert "secret" not in words[0]


@pytest.mark.parametrize(
    ("text", "count"), [("512MB", 2**29), ("2GB", 2**31), ("1kB", 1024), ("1.5GB", 3 * 2**29), ("100", 100), ("0", 0)]
)
def test_size(text: str, count: int) -> None:
    assert size(text) == count


@pytest.mark.parametrize("text", ["", "GB", "1 Gb", "-1"])
def test_not_a_size(text: str) -> None:
    with pytest.raises(click.BadParameter):
        size(text)


def test_every_option_that_a_text_names_exists() -> None:
    with click.Context(main) as context:
        commands = [main.get_command(context, name) for name in main.list_commands(context)]
        known = {option for one in (main, *commands) if one for p in one.get_params(context) for option in p.opts}
    source = Path(pgseq.__file__).parent
    named = {
        option
        for room in (source, source / "checks", source / "render")
        for file in room.glob("*.py")
        for option in re.findall(r"(?<![\w-])--[a-z][a-z-]+", file.read_text("utf-8"))
    }
    assert named - OTHER_PROGRAMS <= known


@pytest.mark.parametrize("text", ["90s", "500ms", "1500ms", "0ms", "600s"])
def test_a_time_is_written_as_it_is_read(text: str) -> None:
    assert format_duration(duration(text)) == text


@pytest.mark.parametrize("text", ["50GB", "512MB", "8kB", "1000B", "0B", "3TB"])
def test_a_size_is_written_as_it_is_read(text: str) -> None:
    assert format_size(size(text)) == text
