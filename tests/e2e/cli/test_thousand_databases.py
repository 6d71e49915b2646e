"""A thousand databases of one server by --all: each is told, in order; ten of them are moved, and no other."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Final

import psycopg
import pytest

from tests.support.commandline import commandline
from tests.support.database import Database, running_server

#: Some 8 MB of disk each.
COUNT: Final = int(os.environ.get("PGSEQ_DATABASES", "1000"))
TABLES: Final = "".join(f"CREATE TABLE t{number} (id serial PRIMARY KEY);" for number in range(3))


@pytest.mark.slow
def test_all_are_told_and_ten_are_moved(tmp_path: Path) -> None:
    with running_server(18) as server:
        template = Database(name="template1", server=server)
        template.run(TABLES)
        names = [f"tenant{number:04}" for number in range(COUNT)]
        with psycopg.connect(server.dsn(), autocommit=True) as connection:
            for name in names:
                connection.execute(f"CREATE DATABASE {name} STRATEGY file_copy".encode())
        behind = names[:: COUNT // 10]
        for name in behind:
            Database(name=name, server=server).run("INSERT INTO t1 VALUES (1)")
        pgseq = commandline(tmp_path)
        every = ("--all", "-d", server.dsn(), "-j", "4")

        def statuses() -> dict[str, tuple[int, int]]:
            """In sync and out of sync by database, in the order in which they are told."""
            done = pgseq("check", *every, "--format", "jsonl", timeout=600)
            documents = [json.loads(line) for line in done.out.splitlines()]
            summaries = [
                (database["database"], document["summary"])
                for document in documents
                for database in document["databases"]
            ]
            return {name: (one["ok"], one["out_of_sync"]) for name, one in summaries if name != "postgres"}

        assert [*statuses().items()] == [(name, (2, 1) if name in behind else (3, 0)) for name in names]
        moves = tmp_path / "moves.jsonl"
        fixed = pgseq("fix", "--yes", "-q", *every, "--undo-file", moves, timeout=600)
        assert fixed.code == 0, fixed.err
        lines = [json.loads(line) for line in moves.read_text().splitlines()]
        assert sorted(line["database"] for line in lines if line["event"] == "done") == behind
        assert statuses() == dict.fromkeys(names, (3, 0))
