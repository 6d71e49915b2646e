"""Connecting as psql's users know it, and what is said when it fails."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.commandline import Pgseq
from tests.support.database import Database, Server, fresh_database

BEHIND = "CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (1)"

#: A password that must not be seen anywhere.
SECRET = "correct horse"


@pytest.fixture
def second(server: Server) -> Iterator[Database]:
    """Another database of the same server."""
    with fresh_database(server) as fresh:
        yield fresh


@pytest.fixture
def behind(database: Database) -> Database:
    """A database with one sequence that is out of sync."""
    database.run(BEHIND)
    return database


def host(database: Database) -> str:
    return str(database.server.embedded.folder)


def port(database: Database) -> str:
    return str(database.server.embedded.port)


def test_options(behind: Database, pgseq: Pgseq) -> None:
    where = ("-h", host(behind), "-p", port(behind), "-U", "postgres")
    for named in ((behind.name,), ("-d", behind.name), ("-d", f"dbname={behind.name}")):
        done = pgseq("check", *named, *where)
        assert done.code == 1
        assert done.out.startswith(f"{behind.name} ")


@pytest.mark.slow
def test_a_connection_string_overrides_options_as_for_psql(behind: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    wrong = ("-h", "nowhere.invalid", "-p", "1", "-U", "nobody")
    string = f"host={host(behind)} port={port(behind)} user=postgres dbname={behind.name}"
    uri = f"postgresql://postgres@127.0.0.1:{port(behind)}/{behind.name}"
    for named in ((string,), (uri,), ("-d", string), ("-d", uri)):
        assert pgseq("check", *named, *wrong).code == 1
    services = tmp_path / "services"
    services.write_text(f"[ours]\nhost=nowhere.invalid\nport=1\nuser=nobody\ndbname={behind.name}\n")
    options = ("-h", host(behind), "-p", port(behind), "-U", "postgres")
    assert pgseq("check", "service=ours", *options, env={"PGSERVICEFILE": str(services)}).code == 1


def test_what_a_connection_string_leaves_open_comes_from_options(behind: Database, pgseq: Pgseq) -> None:
    assert pgseq("check", f"host={host(behind)} dbname={behind.name}", "-p", port(behind), "-U", "postgres").code == 1


class TestConnectTimeout:
    """How long to wait for a server that does not answer: as the environment or a service says, else ten seconds."""

    @pytest.fixture
    def silent(self) -> Iterator[str]:
        """Where connections are taken and nothing is ever said."""
        with socket.create_server(("127.0.0.1", 0)) as listening:
            yield f"host=127.0.0.1 dbname=app port={listening.getsockname()[1]}"

    def test_of_the_environment(self, silent: str, pgseq: Pgseq) -> None:
        assert 1.5 < self.waited(pgseq, silent, {"PGCONNECT_TIMEOUT": "2"}) < 8

    @pytest.mark.slow
    def test_of_a_service(self, silent: str, pgseq: Pgseq, tmp_path: Path) -> None:
        services = tmp_path / "services"
        services.write_text("[hasty]\nconnect_timeout=2\n")
        known = {"PGSERVICEFILE": str(services)}
        assert 1.5 < self.waited(pgseq, f"{silent} service=hasty", known) < 8
        assert 1.5 < self.waited(pgseq, silent, known | {"PGSERVICE": "hasty"}) < 8

    def test_of_the_connection_string_first(self, silent: str, pgseq: Pgseq) -> None:
        assert self.waited(pgseq, f"{silent} connect_timeout=2", {"PGCONNECT_TIMEOUT": "60"}) < 8

    @pytest.mark.slow
    def test_of_nobody(self, silent: str, pgseq: Pgseq) -> None:
        assert 9.5 < self.waited(pgseq, silent, {}) < 20

    @staticmethod
    def waited(pgseq: Pgseq, dsn: str, env: dict[str, str]) -> float:
        began = time.monotonic()
        assert pgseq("check", dsn, env=env).code == 2
        return time.monotonic() - began


def test_environment_and_service_file(behind: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    variables = {"PGHOST": host(behind), "PGPORT": port(behind), "PGUSER": "postgres", "PGDATABASE": behind.name}
    assert pgseq("check", env=variables).code == 1
    services = tmp_path / "services"
    services.write_text(f"[ours]\nhost={host(behind)}\nport={port(behind)}\nuser=postgres\ndbname={behind.name}\n")
    assert pgseq("check", "service=ours", env={"PGSERVICEFILE": str(services)}).code == 1
    assert pgseq("check", env={"PGSERVICEFILE": str(services), "PGSERVICE": "ours"}).code == 1


def test_a_uri(behind: Database, pgseq: Pgseq) -> None:
    assert pgseq("check", f"postgresql://postgres@127.0.0.1:{port(behind)}/{behind.name}").code == 1


def test_several_databases(behind: Database, second: Database, pgseq: Pgseq) -> None:
    done = pgseq("check", second.dsn, behind.dsn, "--format", "json")
    assert done.code == 1
    assert [one["database"] for one in done.json()["databases"]] == [second.name, behind.name]
    assert done.json()["summary"]["out_of_sync"] == 1
    assert pgseq("check", second.dsn, second.dsn).code == 0


def test_one_that_was_named_and_is_missing_does_not_stop_the_others(
    behind: Database, second: Database, pgseq: Pgseq
) -> None:
    missing = second.server.dsn("nosuch")
    done = pgseq("check", missing, second.dsn, "--format", "json")
    assert done.code == 2
    assert [one["database"] for one in done.json()["databases"]] == [second.name]
    assert [one["database"] for one in done.json()["unreachable"]] == ["nosuch"]
    assert done.err.startswith("pgseq: error: nosuch: ")
    assert pgseq("check", missing, behind.dsn).code == 1


def test_all(behind: Database, second: Database, pgseq: Pgseq) -> None:
    where = ("--all", "-h", host(behind), "-p", port(behind), "-U", "postgres", "--format", "json")
    names = [one["database"] for one in pgseq("check", *where).json()["databases"]]
    assert {behind.name, second.name, "postgres"} <= set(names)
    assert not {"template0", "template1"} & set(names)
    assert pgseq("check", *where, "-t", "nosuch").code == 2


def test_all_reports_a_database_that_refuses(second: Database, pgseq: Pgseq) -> None:
    second.server.admin("CREATE ROLE visitor LOGIN")
    try:
        second.server.admin(f"REVOKE CONNECT ON DATABASE {second.name} FROM public")
        where = ("--all", "-h", host(second), "-p", port(second), "-U", "visitor", "--format", "json")
        done = pgseq("check", *where)
        assert done.code == 3
        assert [one["database"] for one in done.json()["unreachable"]] == [second.name]
        assert second.name in done.err
    finally:
        second.server.admin("DROP ROLE visitor")


def test_a_pattern_that_matches_in_one_of_two(behind: Database, second: Database, pgseq: Pgseq) -> None:
    done = pgseq("check", second.dsn, behind.dsn, "-t", "t", "--format", "json")
    assert done.code == 1
    assert [one["database"] for one in done.json()["databases"]] == [behind.name]


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("host=nowhere.invalid",), "nowhere.invalid"),
        (("postgresql://127.0.0.1:1/x",), "127.0.0.1"),
        (("host=/nowhere",), "/nowhere"),
        (("nonsense=1 dbname=x",), "invalid connection option"),
        (("a", "-d", "b"), "twice"),
        (("a", "-w", "-W"), "-W and -w"),
        (("a", "-W"), "no terminal"),
    ],
)
def test_failures_are_two_lines(arguments: tuple[str, ...], told: str, pgseq: Pgseq) -> None:
    done = pgseq("check", *arguments)
    assert (done.code, done.out) == (2, "")
    error, hint = done.err.splitlines()
    assert error.startswith("pgseq: error: ")
    assert hint.startswith("hint: ")
    assert told in error


def test_debug_shows_the_traceback(pgseq: Pgseq) -> None:
    assert "Traceback" not in pgseq("check", "host=/nowhere").err
    assert "Traceback" in pgseq("--debug", "check", "host=/nowhere").err


def test_a_missing_database(server: Server, pgseq: Pgseq) -> None:
    done = pgseq("check", server.dsn("nosuch"))
    assert done.code == 2
    assert 'database "nosuch" does not exist' in done.err


class TestPassword:
    """A server that wants a password: a role of its own, over TCP, by a line of pg_hba.conf."""

    @pytest.fixture
    def guarded(self, behind: Database) -> Iterator[Database]:
        """`behind`, where the role guest needs a password over TCP."""
        rules = behind.server.embedded.data / "pg_hba.conf"
        before = rules.read_text("utf-8")
        behind.server.admin(f"CREATE ROLE guest LOGIN SUPERUSER PASSWORD '{SECRET}'")
        rules.write_text(f"host all guest 127.0.0.1/32 md5\n{before}", encoding="utf-8")
        behind.server.admin("SELECT pg_reload_conf()")
        yield behind
        rules.write_text(before, encoding="utf-8")
        behind.server.admin("DROP ROLE guest")
        behind.server.admin("SELECT pg_reload_conf()")

    def test_wrong_or_none(self, guarded: Database, pgseq: Pgseq) -> None:
        wrong = f"{guarded.server.tcp(guarded.name, 'guest')} password='{SECRET} not'"
        for dsn in (wrong, guarded.server.tcp(guarded.name, "guest")):
            done = pgseq("check", dsn)
            assert done.code == 2
            assert "password" in done.err
            assert SECRET not in done.err + done.out

    @pytest.mark.slow
    def test_right_and_never_printed(self, guarded: Database, pgseq: Pgseq) -> None:
        uri = f"postgresql://guest:correct%20horse@127.0.0.1:{port(guarded)}/{guarded.name}"
        dsn = f"{guarded.server.tcp(guarded.name, 'guest')} password='{SECRET}'"
        for named in (uri, dsn):
            for form in ("table", "json", "csv", "markdown"):
                done = pgseq("check", named, "--format", form, "--verbose")
                assert done.code == 1
                for text in (SECRET, "horse"):
                    assert text not in done.out + done.err
            assert "→ pgseq fix" in pgseq("check", named).out
            assert "horse" not in pgseq("fix", named, "--dry-run").out
            assert "horse" not in pgseq("fix", named, "--sql").out

    def test_environment_and_password_file(self, guarded: Database, pgseq: Pgseq, tmp_path: Path) -> None:
        dsn = guarded.server.tcp(guarded.name, "guest")
        assert pgseq("check", dsn, env={"PGPASSWORD": SECRET}).code == 1
        file = tmp_path / ".pgpass"
        file.write_text(f"*:*:*:guest:{SECRET}\n")
        file.chmod(0o600)
        assert pgseq("check", dsn, "-w").code == 1
