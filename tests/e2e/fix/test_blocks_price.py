"""What a repair of a sequence costs whose values stand for blocks of ids: a value is free if its whole block is."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from tests.e2e.fix.test_blocks import declare, only
from tests.support.clients import psql
from tests.support.commandline import Pgseq
from tests.support.database import Database

SMALL: Final = "CREATE SEQUENCE s INCREMENT 50; CREATE TABLE t (id smallint PRIMARY KEY);"


def found(pgseq: Pgseq, database: Database, *options: str) -> Any:
    """The sequence, as check has it."""
    return only(pgseq("check", database.dsn, "--format", "json", *options))


def hints(sequence: Any, code: str) -> str:
    """The hint of a finding."""
    return "".join(finding["hint"] for finding in sequence["findings"] if finding["code"] == code)


@pytest.mark.parametrize(("ids", "following"), [("below", 9051), ("above", 9001)])
def test_what_is_stored_costs_nothing(
    ids: str, following: int, database: Database, pgseq: Pgseq, tmp_path: Path
) -> None:
    """One id of each block is enough to take it."""
    database.run(SMALL + "INSERT INTO t SELECT generate_series(1, 9000, 49)")
    declare(tmp_path, "public.s", "public.t.id", 50, ids)
    sequence = found(pgseq, database)
    assert (sequence["repair"]["given_up"], sequence["repair"]["exact"]) == (0, True)
    assert sequence["fix"]["next_value"] == following
    assert pgseq("fix", database.dsn, "--yes").code == 0
    assert database.value("SELECT nextval('s')") == following


@pytest.mark.parametrize("size", [10, 50])
def test_free_values_are_counted_by_the_whole_block(
    size: int, database: Database, pgseq: Pgseq, tmp_path: Path
) -> None:
    """Ids 11 to 50 of each fifty lie in no block of ten: the values are free then."""
    database.run(SMALL + "INSERT INTO t SELECT g + 20 FROM generate_series(1, 25000, 50) g UNION SELECT 25001")
    declare(tmp_path, "public.s", "public.t.id", size, "above")
    repair = found(pgseq, database)["repair"]
    assert repair["next_value"] == 25051
    assert repair["given_up"] == {10: 500, 50: 0}[size]


def test_a_stray_id_is_not_gone_beyond(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run(SMALL + "INSERT INTO t SELECT generate_series(1, 1000); INSERT INTO t VALUES (30010)")
    declare(tmp_path, "public.s", "public.t.id", 50, "below")
    sequence = found(pgseq, database)
    assert (sequence["fix"], sequence["furthest"]) == (None, 30010)
    assert sequence["repair"]["gap"] == {"from": 1051, "to": 30001}
    (warning,) = [finding for finding in sequence["findings"] if finding["code"] == "PGS005"]
    assert "moving public.s beyond 30010, stored in public.t.id, would give up" in warning["message"]
    assert "delete or renumber the row in public.t WHERE id = 30010; or continue below it: " in warning["hint"]
    assert pgseq("fix", database.dsn, "--yes", "--into-gap").code == 1
    assert database.value("SELECT nextval('s')") == 1051
    # 1051 stands for the ids up to it from 1002 on.
    database.run("INSERT INTO t SELECT generate_series(1002, 1051)")
    assert "--into-gap" not in hints(found(pgseq, database), "PGS005")


def test_the_script_goes_below_the_stray_id_too(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run(SMALL + "INSERT INTO t SELECT generate_series(1, 1000); INSERT INTO t VALUES (30010)")
    declare(tmp_path, "public.s", "public.t.id", 50, "below")
    file = tmp_path / "fix.sql"
    pgseq("fix", database.dsn, "--into-gap", "--sql", file)
    # Rows that came since, in the block of 1051.
    database.run("INSERT INTO t SELECT generate_series(1001, 1010)")
    psql(database.dsn, "-f", file)
    assert database.value("SELECT nextval('s')") == 1101


def test_a_row_of_a_full_block_is_no_stray(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run(SMALL + "INSERT INTO t SELECT generate_series(29960, 30000)")
    declare(tmp_path, "public.s", "public.t.id", 50, "below")
    hint = hints(found(pgseq, database), "PGS005")
    assert "delete" not in hint
    assert "leave it: the sequence stands below it, and 600 values are free there" in hint


def test_no_room_is_told_with_the_stored_id(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run(SMALL + "INSERT INTO t VALUES (1), (32740)")
    declare(tmp_path, "public.s", "public.t.id", 50, "above")
    sequence = found(pgseq, database)
    (error,) = [finding for finding in sequence["findings"] if finding["code"] == "PGS004"]
    assert error["message"] == (
        "public.s cannot be moved beyond 32740, stored in public.t.id: there is no room for 32751"
    )
    assert "WHERE id = 32740" in error["hint"]
    assert pgseq("fix", database.dsn, "--yes", "--into-gap").code == 1
    assert database.value("SELECT nextval('s')") == 51


def test_a_block_that_does_not_fit(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run(SMALL + "SELECT setval('s', 32701)")
    declare(tmp_path, "public.s", "public.t.id", 50, "above")
    sequence = found(pgseq, database)
    (error,) = [finding for finding in sequence["findings"] if finding["code"] == "PGS003"]
    assert (sequence["status"], error["message"]) == (
        "exhausted",
        "the next block of ids fails: public.s hands out 32751 for the ids 32751 to 32800, "
        "beyond the last value of public.t.id (smallint, 32767)",
    )
    assert error["hint"].startswith("ALTER TABLE public.t ALTER COLUMN id TYPE bigint; ")
    (proof,) = pgseq("verify", database.dsn, "--format", "json").json()["databases"][0]["sequences"]
    assert proof["reason"] == "not all of the ids 32751 to 32800 fit public.t.id (smallint)"


def test_a_key_that_may_repeat(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run(
        "CREATE SEQUENCE s INCREMENT 50; CREATE TABLE t (id int, tenant int, PRIMARY KEY (tenant, id));"
        "INSERT INTO t SELECT generate_series(1, 100), 1; SELECT setval('s', 51)"
    )
    declare(tmp_path, "public.s", "public.t.id", 50, "below")
    sequence = found(pgseq, database)
    assert sequence["findings"][0]["message"] == (
        "the next block of ids repeats an id: public.s hands out 101 for the ids 52 to 101, of which 52 is already "
        "stored in public.t.id; no unique index on it alone refuses that"
    )
    assert "next block repeats an id" in pgseq("check", database.dsn).out
    database.run("CREATE UNIQUE INDEX ON t (id)")
    assert "next block fails" in pgseq("check", database.dsn).out
