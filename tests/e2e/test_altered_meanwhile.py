"""A sequence that another session is altering: its transaction blocks nextval() and setval(), not the others."""

from __future__ import annotations

import pgseq
from tests.support.database import Database


def test_the_one_altering_it_is_named_and_the_rest_is_fixed(database: Database) -> None:
    database.run("CREATE TABLE a (id serial PRIMARY KEY); CREATE TABLE b (id serial PRIMARY KEY)")
    database.run("INSERT INTO a VALUES (1); INSERT INTO b VALUES (1)")
    with database.connect(application_name="migration 42") as migration:
        migration.execute("BEGIN; ALTER SEQUENCE a_id_seq INCREMENT BY 1")
        told = {one.sequence.name: one for one in pgseq.fix(database.dsn, lock_timeout=0.2).sequences}
        blocked, other = told["a_id_seq"].applied, told["b_id_seq"].applied
        assert blocked is not None
        assert blocked.result == "failed"
        assert f"public.a_id_seq is locked by pid {migration.info.backend_pid} (migration 42)" in blocked.reason
        assert other is not None
        assert other.result == "moved"
    assert {one.status for one in pgseq.fix(database.dsn).sequences} == {"ok"}
