"""Standard streams that are closed, or cannot be written: the exit code and what was moved are told all the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.commandline import shell
from tests.support.database import Database, fresh_database

BROKEN = """
CREATE TABLE q (id serial PRIMARY KEY);
INSERT INTO q SELECT generate_series(1, 7);
"""
POSITION = "SELECT last_value, is_called FROM q_id_seq"
FULL = "pgseq: error: cannot write standard output: No space left on device\n"


@pytest.fixture
def broken(database: Database) -> Database:
    """A database with one sequence that is out of sync."""
    database.run(BROKEN)
    return database


@pytest.mark.slow
class TestStandardOutputIsFull:
    """/dev/full takes nothing, as a disk on which no room is left."""

    @pytest.mark.parametrize("form", [("--quiet",), ("--format", "json"), ("--format", "csv")])
    def test_what_was_moved_is_told_with_its_undo(
        self, form: tuple[str, ...], broken: Database, tmp_path: Path
    ) -> None:
        done = shell(tmp_path, '"$pgseq" fix "$@" >/dev/full', broken.dsn, "--yes", *form)
        here = f"pg_catalog.current_database() = '{broken.name}'"
        undo = f"SELECT pg_catalog.setval('public.q_id_seq', 1, false) WHERE {here};"
        assert done.code == 2
        assert done.err.endswith(f"1 sequence was moved. To undo (ROLLBACK does not undo setval):\n{undo}\n{FULL}")
        assert broken.rows(POSITION) == [(7, True)]
        broken.run(undo)
        assert broken.rows(POSITION) == [(1, False)]

    def test_a_plan_that_nobody_can_see_is_not_carried_out(self, broken: Database, tmp_path: Path) -> None:
        done = shell(tmp_path, '"$pgseq" fix "$@" >/dev/full', broken.dsn, "--yes")
        assert (done.code, done.err) == (2, FULL)
        assert broken.rows(POSITION) == [(1, False)]

    @pytest.mark.parametrize("form", [("--quiet",), ("--format", "json"), ("--format", "markdown")])
    def test_sync(self, form: tuple[str, ...], broken: Database, tmp_path: Path) -> None:
        with fresh_database(broken.server) as source:
            source.run("CREATE SEQUENCE q_id_seq")
            done = shell(tmp_path, '"$pgseq" sync "$@" >/dev/full', source.dsn, broken.dsn, "--yes", *form)
        here = f"pg_catalog.current_database() = '{broken.name}'"
        undo = f"SELECT pg_catalog.setval('public.q_id_seq', 1, false) WHERE {here};"
        assert done.code == 2
        assert done.err.endswith(f"1 sequence was moved. To undo (ROLLBACK does not undo setval):\n{undo}\n{FULL}")
        assert broken.rows(POSITION) == [(7, True)]

    def test_a_reader_that_goes_away(self, broken: Database, tmp_path: Path) -> None:
        done = shell(tmp_path, '"$pgseq" fix "$@" > >(exec true); exit', broken.dsn, "--yes", "--quiet")
        if done.code == 0:
            pytest.skip("the pipe was still open")
        assert done.code == 141
        assert "setval('public.q_id_seq', 1, false) WHERE" in done.err
        assert broken.rows(POSITION) == [(7, True)]

    @pytest.mark.parametrize(
        "command", ["check {dsn}", "verify {dsn}", "why {dsn}", "--help", "check --help", "--version"]
    )
    def test_of_what_only_looks(self, command: str, broken: Database, tmp_path: Path) -> None:
        arguments = [broken.dsn if word == "{dsn}" else word for word in command.split()]
        done = shell(tmp_path, '"$pgseq" "$@" >/dev/full', *arguments)
        assert (done.code, done.err) == (2, FULL)

    def test_lint(self, tmp_path: Path) -> None:
        (tmp_path / "a.sql").write_text("CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (1);\n")
        done = shell(tmp_path, '"$pgseq" lint a.sql >/dev/full')
        assert (done.code, done.err) == (2, FULL)

    def test_a_file_may_grow_no_further(self, broken: Database, tmp_path: Path) -> None:
        """Another reason than a full disk, and one that comes only once something has been written."""
        broken.run("".join(f"CREATE TABLE t{n} (id serial); " for n in range(30)))
        done = shell(tmp_path, 'ulimit -f 1; exec "$pgseq" check "$@" --format json >out', broken.dsn)
        assert (done.code, done.err) == (2, "pgseq: error: cannot write standard output: File too large\n")


class TestStandardErrorCannotBeWritten:
    """What cannot be told there changes no exit code."""

    @pytest.mark.parametrize("where", ["2>/dev/full", "2>&-"])
    @pytest.mark.parametrize(
        ("command", "code"), [("check nodb -h /nowhere", 2), ("check --bogus", 2), ("chekc", 2), ("check {dsn}", 1)]
    )
    @pytest.mark.sampled(2)
    def test_the_exit_code(self, command: str, code: int, where: str, broken: Database, tmp_path: Path) -> None:
        arguments = [broken.dsn if word == "{dsn}" else word for word in command.split()]
        assert shell(tmp_path, f'"$pgseq" "$@" {where}', *arguments).code == code

    def test_a_plan_told_there(self, broken: Database, tmp_path: Path) -> None:
        done = shell(tmp_path, '"$pgseq" fix "$@" 2>/dev/full', broken.dsn, "--yes", "--format", "json")
        assert done.code == 0
        assert '"result": "moved"' in done.out


class TestClosed:
    """A stream that whoever started the command has closed."""

    def test_standard_output(self, broken: Database, tmp_path: Path) -> None:
        done = shell(tmp_path, '"$pgseq" check "$@" >&-', broken.dsn)
        assert (done.code, done.err) == (1, "")

    def test_standard_input(self, broken: Database, tmp_path: Path) -> None:
        done = shell(tmp_path, '"$pgseq" fix "$@" <&-', broken.dsn)
        assert (done.code, done.out) == (2, "")
        assert done.err.splitlines()[0] == "pgseq: error: there is no terminal to ask on"

    @pytest.mark.parametrize("command", ["check {dsn}", "check --help", "explain PGS001", "explain", "lint -"])
    @pytest.mark.sampled(3)
    def test_all_of_them(self, command: str, broken: Database, tmp_path: Path) -> None:
        """No session with a server takes the place of one, and nothing is written to it."""
        arguments = [broken.dsn if word == "{dsn}" else word for word in command.split()]
        expected = {"check {dsn}": 1, "explain": 3}.get(command, 0)
        assert shell(tmp_path, '"$pgseq" "$@" <&- >&- 2>&-', *arguments).code == expected
