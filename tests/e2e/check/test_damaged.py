"""What the server cannot read from its disk is unknown, by its name, and does not stop the others."""

from __future__ import annotations

from tests.support.commandline import Pgseq
from tests.support.database import Database, Server, running_server

TABLES = ("heap", "sequence", "index", "sound")
DAMAGED = {"heap": "heap", "sequence": "sequence_id_seq", "index": "index_pkey"}


def test_damaged_pages(server: Server, pgseq: Pgseq) -> None:
    with running_server(server.major) as own:
        database = Database(name="postgres", server=own)
        for table in TABLES:
            database.run(f'CREATE TABLE "{table}" (id serial PRIMARY KEY)')
            database.run(f'INSERT INTO "{table}" SELECT generate_series(1, 1000)')
        paths = [database.value(f"SELECT pg_relation_filepath('\"{name}\"')") for name in DAMAGED.values()]
        own.embedded.stop()
        for path in paths:
            with (own.embedded.data / path).open("r+b") as file:
                file.write(b"\xff" * 8192)
        own.embedded.start()
        checked = pgseq("check", database.dsn, "--format", "json")
        fixed = pgseq("fix", database.dsn, "--yes", "--format", "json")
    assert (checked.code, fixed.code) == (1, 3)
    found = {one["name"].removesuffix("_id_seq"): one for one in checked.json()["databases"][0]["sequences"]}
    assert {table: one["status"] for table, one in found.items()} == {
        "heap": "unknown",
        "sequence": "unknown",
        "index": "unknown",
        "sound": "out_of_sync",
    }
    for table, what in {
        "heap": "public.heap, an index of it or public.heap_id_seq",
        "sequence": "public.sequence_id_seq",
        "index": "public.index, an index of it or public.index_id_seq",
    }.items():
        assert found[table]["reason"].startswith(f"the server cannot read {what} from its disk: ")
        assert "REINDEX mends an index" in found[table]["findings"][0]["hint"]
    after = {one["name"]: one["status"] for one in fixed.json()["databases"][0]["sequences"]}
    assert after["sound_id_seq"] == "ok"
