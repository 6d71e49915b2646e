"""`--from FILE`: databases that a file lists."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.commandline import Pgseq, shell
from tests.support.database import Database, fresh_database
from tests.support.terminal import on_terminal

BEHIND = "CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (1)"


@pytest.fixture
def second(database: Database) -> Iterator[Database]:
    """Another database of the same server."""
    with fresh_database(database.server) as fresh:
        yield fresh


def inventory(folder: Path, *lines: str) -> Path:
    """A list of databases that only its owner may write to."""
    file = folder / "fleet.txt"
    file.write_text("\n".join((*lines, "")), encoding="utf-8")
    file.chmod(0o600)
    return file


def uri(database: Database) -> str:
    server = database.server.embedded
    return f"postgresql://postgres@/{database.name}?host={server.folder}&port={server.port}"


def services(folder: Path, **databases: Database) -> dict[str, str]:
    """The environment in which these services are defined."""
    lines = [
        f"[{name}]\nhost={one.server.embedded.folder}\nport={one.server.embedded.port}\nuser=postgres\ndbname={one.name}\n"
        for name, one in databases.items()
    ]
    (folder / "services.conf").write_text("\n".join(lines), encoding="utf-8")
    return {"PGSERVICEFILE": str(folder / "services.conf")}


class TestForms:
    def test_of_a_line(self, database: Database, second: Database, pgseq: Pgseq, tmp_path: Path) -> None:
        """Connection strings, URIs, services with and without their key word, labels, comments, a BOM, CRLF."""
        second.run(BEHIND)
        file = inventory(
            tmp_path,
            "\ufeff# the shops",
            "",
            f"  {database.dsn}  # the first one\r",
            f"europe = {uri(second)}",
        )
        done = pgseq("check", "--from", file, "--format", "json")
        assert (done.code, done.err) == (1, "")
        databases = done.json()["databases"]
        assert [(one["database"], one.get("label")) for one in databases] == [
            (database.name, None),
            (second.name, "europe"),
        ]

    def test_of_services(self, database: Database, second: Database, pgseq: Pgseq, tmp_path: Path) -> None:
        env = services(tmp_path, eu=database, us=second)
        file = inventory(tmp_path, "eu", "the other one = service=us", "here = nope-1", "service=nope-2")
        done = pgseq("check", "--from", file, "--format", "json", env=env | {"PGHOST": "/nowhere"})
        assert done.code == 2
        document = done.json()
        assert [one.get("label") for one in document["databases"]] == [None, "the other one"]
        assert [one["database"] for one in document["unreachable"]] == ["here", "?"]
        assert done.err.count("error:") == 2
        assert 'definition of service "nope-2" not found' in done.err

    def test_from_standard_input_beside_arguments(self, database: Database, second: Database, pgseq: Pgseq) -> None:
        done = pgseq("check", database.dsn, "--from", "-", "--format", "json", input=f"x = {second.dsn}\n")
        assert (done.code, [one["database"] for one in done.json()["databases"]]) == (0, [database.name, second.name])

    def test_from_a_terminal(self, database: Database, tmp_path: Path) -> None:
        typed = (("Ctrl-D ends the list", f"x = {database.dsn}\n"), (database.dsn, "\x04"))
        done = on_terminal(tmp_path, "check", "--from", "-", answers=typed, columns=300)
        assert (done.code, f"x: {database.name} on local socket" in done.out) == (0, True)

    def test_with_options_beside_it(self, database: Database, second: Database, pgseq: Pgseq, tmp_path: Path) -> None:
        """-h, -p and -U stand for what a line does not say, and a bare name that is no service is a database."""
        server = database.server.embedded
        file = inventory(tmp_path, database.name, f"b = dbname={second.name}")
        where = ("-h", str(server.folder), "-p", str(server.port), "-U", "postgres")
        done = pgseq("check", "--from", file, *where, "--format", "json")
        assert (done.code, len(done.json()["databases"])) == (0, 2)


class TestBadInput:
    def test_a_line_is_told_with_its_number(self, database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
        file = inventory(
            tmp_path,
            database.dsn,
            "postgresql://u:s3cret@h:port/x",
            "include other.txt",
            "@other.txt",
            "user = postgresql://h/x",
            "x" * 10_001,
            f"again = {database.dsn}",
            database.dsn,
        )
        done = pgseq("check", "--from", file, "--format", "json")
        assert done.code == 2
        assert [one["database"] for one in done.json()["databases"]] == [database.name]
        places = [f"{file}, line {number}" for number in range(2, 7)]
        assert [one["database"] for one in done.json()["unreachable"]] == places
        told = [line for line in done.err.splitlines() if line.startswith("pgseq: ")]
        assert [line.removeprefix("pgseq: error: ").rpartition(f"{file}, line ")[2][0] for line in told[:5]] == [
            *"23456"
        ]
        assert told[5:] == [f"pgseq: named before, and looked at once: {file}, line 7, 8"]
        assert "s3cret" not in done.err + done.out

    def test_bytes_that_are_no_text(self, database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
        file = inventory(tmp_path, "")
        file.write_bytes(b"\xe9t\xe9 = service=x\n\0\n" + database.dsn.encode())
        done = pgseq("check", "--from", file, "--format", "json")
        assert (done.code, len(done.json()["databases"]), len(done.json()["unreachable"])) == (2, 1, 2)
        assert f"pgseq: error: {file}, line 1: it is not UTF-8\n" in done.err

    def test_another_kind_of_file(self, pgseq: Pgseq, tmp_path: Path) -> None:
        """Of a dump or an archive not every line is told."""
        file = inventory(tmp_path, "")
        file.write_bytes(b"\x1f\x8b\xff\n" * 1000)
        done = pgseq("check", "--from", file)
        assert (done.code, done.out, done.err.splitlines()[0]) == (
            2,
            "",
            f"pgseq: error: {file} is not a text, and no list of databases",
        )

    def test_a_label_given_twice(self, database: Database, second: Database, pgseq: Pgseq, tmp_path: Path) -> None:
        """Both are looked at; a label with control characters commands no terminal."""
        twice = "e\x1b[31mu\u202e"
        file = inventory(tmp_path, f"{twice} = {database.dsn}", f"{twice} = {second.dsn}", f"{twice} = {second.dsn}")
        done = pgseq("check", "--from", file)
        assert (done.code, done.err.splitlines()) == (
            0,
            [
                f"pgseq: named before, and looked at once: {file}, line 3",
                "pgseq: the same label stands for several databases: e\\x1b[31mu\\u202e",
            ],
        )
        assert done.out.count("e\\x1b[31mu\\u202e: ") == 2
        assert not {"\x1b", "\u202e"} & {*done.out, *done.err}

    def test_what_never_ends(self, pgseq: Pgseq, tmp_path: Path) -> None:
        """A pipe of that name is not opened; what the shell hands over is read up to a bound."""
        os.mkfifo(tmp_path / "fifo")
        done = pgseq("check", "--from", tmp_path / "fifo")
        assert (done.code, done.err.splitlines()[0]) == (
            2,
            f"pgseq: error: {tmp_path / 'fifo'} is not a regular file",
        )
        for line in ('yes "# x" | "$pgseq" check --from -', '"$pgseq" check --from <(tr "\\0" x < /dev/zero)'):
            done = shell(tmp_path, line)
            assert (done.code, "has more than 64 MB" in done.err) == (2, True)

    @pytest.mark.slow
    def test_ten_thousand_lines(self, database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
        file = inventory(tmp_path, *[database.dsn] * 9_990, *["a b"] * 10)
        done = pgseq("check", "--from", file, "--format", "json", timeout=300)
        assert (done.code, len(done.json()["databases"]), len(done.json()["unreachable"])) == (2, 1, 10)
        numbers = ", ".join(map(str, range(2, 12)))
        told = f"pgseq: named before, and looked at once: {file}, line {numbers} and 9979 more\n"
        assert told in done.err

    @pytest.mark.parametrize("lines", [(), ("# nothing", "   ")])
    def test_no_database(self, lines: tuple[str, ...], pgseq: Pgseq, tmp_path: Path) -> None:
        file = inventory(tmp_path, *lines)
        done = pgseq("check", "--from", file)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith(f"pgseq: error: {file} names no database\nhint: one a line: ")

    def test_only_bad_lines(self, pgseq: Pgseq, tmp_path: Path) -> None:
        done = pgseq("check", "--from", inventory(tmp_path, "a b", "c d"), "--format", "json")
        assert (done.code, done.json()["databases"], len(done.json()["unreachable"])) == (2, [], 2)

    def test_no_file(self, pgseq: Pgseq, tmp_path: Path) -> None:
        done = pgseq("check", "--from", tmp_path / "nope")
        assert (done.code, done.err.splitlines()[0]) == (
            2,
            f"pgseq: error: cannot read {tmp_path / 'nope'}: No such file or directory",
        )

    def test_a_file_in_a_databases_place(self, database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
        inventory(tmp_path, database.dsn)
        server = database.server.embedded
        done = pgseq("check", "fleet.txt", "-h", server.folder, "-p", str(server.port), "-U", "postgres", cwd=tmp_path)
        assert (done.code, done.err.splitlines()[1]) == (
            2,
            "hint: fleet.txt is a file: --from fleet.txt reads databases from it",
        )

    def test_a_file_that_others_may_write_to(self, database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
        """PGPASSWORD would be sent to whatever server they write into it."""
        file = inventory(tmp_path, database.dsn)
        file.chmod(0o666)
        done = pgseq("check", "--from", file)
        assert (done.code, done.err.splitlines()[0]) == (
            2,
            f"pgseq: error: {file} is not used: all users may write to it",
        )

    def test_servers_that_cannot_be_reached(self, database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
        """One hangs at connect, one name does not resolve, nobody listens: each is told once, the rest goes on."""
        database.run(BEHIND)
        with socket.create_server(("127.0.0.1", 0)) as silent:
            file = inventory(
                tmp_path,
                f"hangs = host=127.0.0.1 port={silent.getsockname()[1]} dbname=x connect_timeout=2",
                "unknown = host=no-such-host.invalid dbname=x",
                "nobody = host=127.0.0.1 port=1 dbname=x",
                f"here = {database.dsn}",
            )
            done = pgseq("check", "--from", file, "--format", "json")
        assert done.code == 1
        assert [one["label"] for one in done.json()["databases"]] == ["here"]
        assert [one["database"] for one in done.json()["unreachable"]] == ["hangs", "unknown", "nobody"]
        assert done.err.count("error:") == 3


class TestCommands:
    @pytest.mark.slow
    def test_that_change(self, database: Database, second: Database, pgseq: Pgseq, tmp_path: Path) -> None:
        for one in (database, second):
            one.run(BEHIND)
        file, moves = inventory(tmp_path, f"a = {database.dsn}", f"b = {second.dsn}"), tmp_path / "moves.jsonl"
        assert pgseq("fix", "--from", file, "--yes", "--undo-file", moves).code == 0
        assert pgseq("verify", "--from", file).code == 0
        assert pgseq("why", "--from", file).code == 0
        assert pgseq("guard", "status", "--from", file).code == 0
        assert pgseq("undo", moves, "--from", file, "--yes", "--force").code == 0
        assert pgseq("check", "--from", file).code == 1

    def test_of_one_database_refuse_several(
        self, database: Database, second: Database, pgseq: Pgseq, tmp_path: Path
    ) -> None:
        file = inventory(tmp_path, database.dsn, second.dsn)
        done = pgseq("fix", "--from", file, "--sql")
        assert (done.code, done.err.splitlines()[0]) == (2, "pgseq: error: --sql writes a script for one database")

    def test_to_run_next(self, database: Database, second: Database, pgseq: Pgseq, tmp_path: Path) -> None:
        for one in (database, second):
            one.run(BEHIND)
        file = inventory(tmp_path, database.dsn, second.dsn)
        assert f"→ pgseq fix --from {file}  # repairs 2\n" in pgseq("check", "--from", file).out


def test_the_table_names_the_label(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run(BEHIND)
    done = pgseq("check", "--from", inventory(tmp_path, f"europe = {database.dsn}"))
    assert done.out.startswith(f"europe: {database.name} on local socket")
