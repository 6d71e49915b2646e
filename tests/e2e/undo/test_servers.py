"""One undo file for several servers."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.support.commandline import Pgseq
from tests.support.database import Database, Server, running_server

pytestmark = pytest.mark.slow

BEHIND = (
    "CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t SELECT generate_series(1, {rows}); SELECT nextval('{seq}')"
)


def test_the_same_database_and_oid_on_two_servers(server: Server, pgseq: Pgseq, tmp_path: Path) -> None:
    notes = tmp_path / "undo"
    with ExitStack() as stack:
        ends = [Database(name="postgres", server=stack.enter_context(running_server(server.major))) for _ in range(2)]
        for number, end in enumerate(ends, start=1):
            end.run(BEHIND.format(rows=number * 10, seq="t_id_seq"))
        assert len({end.value("SELECT 't_id_seq'::regclass::oid") for end in ends}) == 1
        assert pgseq("fix", *(end.dsn for end in ends), "--yes", "--undo-file", notes).code == 0
        assert [end.value("SELECT last_value FROM t_id_seq") for end in ends] == [10, 20]
        for end in ends:
            done = pgseq("undo", notes, end.dsn, "--yes", "--force")
            assert (done.code, done.out.count("moved")) == (0, 1), done
        assert [end.value("SELECT last_value FROM t_id_seq") for end in ends] == [1, 1]


def test_the_same_database_on_another_server(server: Server, pgseq: Pgseq, tmp_path: Path) -> None:
    notes = tmp_path / "undo"
    with ExitStack() as stack:
        fixed, other = [
            Database(name="postgres", server=stack.enter_context(running_server(server.major))) for _ in range(2)
        ]
        for end in (fixed, other):
            end.run(BEHIND.format(rows=10, seq="t_id_seq"))
        assert pgseq("fix", fixed.dsn, "--yes", "--undo-file", notes).code == 0
        done = pgseq("undo", notes, other.dsn, "--yes")
        there, here = (end.value("SELECT system_identifier FROM pg_control_system()") for end in (fixed, other))
        assert (done.code, done.err.splitlines()) == (
            2,
            [
                "pgseq: error: the undo file's moves in postgres were made on another server "
                f"(system identifier {there}; this one has {here})",
                "hint: name the server on which they were made: a connection string, or -h and -p",
            ],
        )
        assert other.value("SELECT last_value FROM t_id_seq") == 1
