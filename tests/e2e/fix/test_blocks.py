"""Applications that draw one value and store a block of ids: after a fix none of their ids is there already."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from tests.support.allocators import ALLOCATORS
from tests.support.clients import psql
from tests.support.commandline import Pgseq
from tests.support.database import Database

HIBERNATE: Final = """
CREATE TABLE email_aggregation (id bigserial PRIMARY KEY, v text);
ALTER SEQUENCE email_aggregation_id_seq INCREMENT BY 50;
INSERT INTO email_aggregation SELECT g, 'x' FROM generate_series(1, 1000) g;
"""
EF_CORE: Final = """
CREATE SEQUENCE "EntityFrameworkHiLoSequence" START 1 INCREMENT 10;
CREATE TABLE "Blogs" ("Id" int PRIMARY KEY, "Name" text);
SELECT nextval('"EntityFrameworkHiLoSequence"');
INSERT INTO "Blogs" SELECT g, 'x' FROM generate_series(1, 10) g;
INSERT INTO "Blogs" SELECT g, 'imported' FROM generate_series(12, 18) g;
INSERT INTO "Blogs" SELECT g, 'imported' FROM generate_series(35, 38) g;
"""


def declare(folder: Path, sequence: str, column: str, block: int, ids: str) -> None:
    """A configuration that says how the application draws."""
    text = f"feeds = [{{ sequence = '{sequence}', column = '{column}', block = {block}, ids = '{ids}' }}]\n"
    (folder / "pgseq.toml").write_text(text, encoding="utf-8")


def only(done: Any) -> Any:
    """The one sequence of a document."""
    (sequence,) = done.json()["databases"][0]["sequences"]
    return sequence


def test_hibernate_draws_beyond_an_import(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run(HIBERNATE)
    declare(tmp_path, "public.email_aggregation_id_seq", "public.email_aggregation.id", 50, "below")
    found = only(pgseq("check", database.dsn, "--format", "json"))
    assert (found["status"], found["inserts_until_collision"], found["furthest"]) == ("out_of_sync", 0, 1000)
    assert found["fix"]["next_value"] == 1051
    assert pgseq("fix", database.dsn, "--yes").code == 0
    assert database.value("SELECT nextval('email_aggregation_id_seq')") == 1051
    assert pgseq("verify", database.dsn).code == 0


def test_ef_core_meets_imported_ids_within_its_blocks(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run(EF_CORE)
    declare(tmp_path, 'public."EntityFrameworkHiLoSequence"', 'public."Blogs"."Id"', 10, "above")
    found = only(pgseq("check", database.dsn, "--format", "json"))
    assert (found["status"], found["inserts_until_collision"], found["furthest"]) == ("out_of_sync", 0, 38)
    proof = only(pgseq("verify", database.dsn, "--format", "json"))
    assert proof["proved"] is False
    assert pgseq("fix", database.dsn, "--yes").code == 0
    assert database.value("""SELECT nextval('"EntityFrameworkHiLoSequence"')""") == 41


@pytest.mark.parametrize("size", [10, 50])
@pytest.mark.parametrize("name", ALLOCATORS)
@pytest.mark.parametrize(
    "stored",
    ["generate_series(1, 1000)", "generate_series(3, 1200, 7)", "(VALUES (1), (2), (60), (749), (750), (751))"],
)
@pytest.mark.sampled(18)
def test_no_allocator_collides_after_a_fix(
    name: str, size: int, stored: str, database: Database, pgseq: Pgseq, tmp_path: Path
) -> None:
    """Nor where the application had drawn a block before, or the sequence begins anew."""
    allocator, ids = ALLOCATORS[name]
    database.run(
        f"CREATE SEQUENCE s INCREMENT {size}; CREATE TABLE t (id bigint PRIMARY KEY); "
        f"SELECT nextval('s'); INSERT INTO t SELECT * FROM {stored} AS stored"
    )
    declare(tmp_path, "public.s", "public.t.id", size, ids)
    assert pgseq("fix", database.dsn, "--yes", "--max-jump", "100%").code == 0
    assert pgseq("check", database.dsn).code == 0
    with database.connect() as connection:
        running = allocator(draw=lambda: connection.execute("SELECT nextval('s')").fetchall()[0][0], size=size)
        for _ in range(3 * size):
            connection.execute("INSERT INTO t VALUES (%s)", [running()])
        # It starts again and throws the rest of its block away.
        running = allocator(draw=running.draw, size=size)
        for _ in range(size + 1):
            connection.execute("INSERT INTO t VALUES (%s)", [running()])
    assert pgseq("check", database.dsn).code == 0


KEY: Final = (
    'ERROR:  duplicate key value violates unique constraint "email_aggregation_pkey"\n'
    "DETAIL:  Key (id)=({id}) already exists.\n"
    "STATEMENT:  INSERT INTO email_aggregation (v, id) VALUES ('x', {id})\n"
)


def explained(pgseq: Pgseq, database: Database, id: int) -> Any:
    """The answer to the error of a key that exists."""
    done = pgseq("explain", "-d", database.dsn, "--format", "json", input=KEY.format(id=id))
    (error,) = done.json()["errors"]
    return error | {"code": done.code}


def test_an_id_of_a_declared_block_is_the_sequences_own(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run(HIBERNATE)
    database.run("SELECT setval('email_aggregation_id_seq', 951)")
    declare(tmp_path, "public.email_aggregation_id_seq", "public.email_aggregation.id", 50, "below")
    answer = explained(pgseq, database, 952)
    assert (answer["verdict"], answer["code"]) == ("behind", 1)
    assert answer["next"].startswith("pgseq fix ")
    assert " -t public.email_aggregation " in answer["next"]


def test_an_id_between_the_values_acquits_nobody(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    """Nobody has declared blocks: neither the client nor the sequence is to blame for sure."""
    database.run(HIBERNATE)
    database.run("SELECT setval('email_aggregation_id_seq', 951)")
    answer = explained(pgseq, database, 952)
    assert answer["verdict"] == "cannot_tell"
    assert 'block = 50, ids = "below"' in answer["next"]


@pytest.mark.slow
def test_undeclared_blocks_are_a_warning_and_nothing_is_proved(database: Database, pgseq: Pgseq) -> None:
    database.run(HIBERNATE)
    assert pgseq("fix", database.dsn, "--yes").code == 0
    done = pgseq("check", database.dsn)
    assert (done.code, "PGS019" in done.out) == (0, True)
    done = pgseq("verify", database.dsn)
    assert (done.code, done.out.endswith("\n1 not proved\n")) == (0, True)
    done = pgseq("verify", database.dsn, "--ignore", "PGS019")
    assert (done.code, "1 proved" in done.out) == (0, True)


def test_a_declaration_to_paste_is_the_right_one(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    """What the warning says of EF Core's sequence, put into pgseq.toml, finds the imported ids."""
    database.run(EF_CORE)
    found = only(pgseq("check", database.dsn, "--format", "json"))
    (warning,) = [one for one in found["findings"] if one["code"] == "PGS019"]
    (tmp_path / "pgseq.toml").write_text(warning["hint"].partition(": ")[2], encoding="utf-8")
    found = only(pgseq("check", database.dsn, "--format", "json"))
    assert (found["status"], found["fix"]["next_value"]) == ("out_of_sync", 41)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ('block = 0, ids = "below"', "has a block of 0"),
        ('block = -50, ids = "below"', "has a block of -50"),
        ('block = true, ids = "below"', "has a block of True"),
        ('block = "50", ids = "below"', "has a block of '50'"),
        ('block = 9223372036854775808, ids = "above"', "has a block of 9223372036854775808"),
        ('block = 50, ids = "up"', "has ids = 'up'"),
        ("block = 50", "says block = 50, but not which ids"),
        ('ids = "above"', "says which ids, but not how many"),
    ],
)
def test_a_block_that_cannot_be(said: str, why: str, database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    text = f'feeds = [{{ sequence = "public.s", column = "public.t.id", {said} }}]\n'
    (tmp_path / "pgseq.toml").write_text(text, encoding="utf-8")
    done = pgseq("check", database.dsn)
    assert done.code == 2
    assert done.err.splitlines()[0] == f"pgseq: error: pgseq.toml: a feed {why}: public.s → public.t.id"
    assert done.err.splitlines()[1].startswith("hint: say ")


def test_a_feed_is_declared_once(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    one = "{ sequence = 'public.s', column = 'public.t.id', block = 50, ids = 'below' }"
    (tmp_path / "pgseq.toml").write_text(f"feeds = [{one}, {one.replace('50', '10')}]\n", encoding="utf-8")
    done = pgseq("check", database.dsn)
    assert (done.code, done.err) == (
        2,
        "pgseq: error: pgseq.toml: the feed public.s → public.t.id is declared twice, with different blocks\n"
        "hint: keep one of them\n",
    )
    database.run("CREATE SEQUENCE s INCREMENT 50; CREATE TABLE t (id bigint PRIMARY KEY)")
    (tmp_path / "pgseq.toml").write_text(f"feeds = [{one}, {one}]\n", encoding="utf-8")
    assert pgseq("check", database.dsn).code == 0


PARTITIONS: Final = """
CREATE SEQUENCE s INCREMENT 50;
CREATE TABLE t (id bigint DEFAULT nextval('s') PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (0) TO (1000);
INSERT INTO t SELECT generate_series(2, 100);
"""


@pytest.mark.slow
def test_a_block_of_a_partition_belongs_to_its_table(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run(PARTITIONS)
    declare(tmp_path, "public.s", "public.t1.id", 50, "below")
    done = pgseq("check", database.dsn)
    assert (done.code, done.err) == (
        2,
        "pgseq: error: a block is declared for public.t1.id, which is part of public.t and compared there\n"
        "hint: declare it for public.t.id\n",
    )
    # Without a block nothing is lost: the rows count with the table's.
    (tmp_path / "pgseq.toml").write_text("feeds = [{ sequence = 'public.s', column = 'public.t1.id' }]\n", "utf-8")
    assert only(pgseq("check", database.dsn, "--format", "json"))["furthest"] == 51
    declare(tmp_path, "public.s", "public.t.id", 50, "below")
    assert only(pgseq("check", database.dsn, "--format", "json"))["furthest"] == 100


def test_a_guard_follows_an_import_past_the_whole_block(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run("CREATE SEQUENCE s INCREMENT 50; CREATE TABLE t (id bigint PRIMARY KEY); SELECT nextval('s')")
    declare(tmp_path, "public.s", "public.t.id", 50, "below")
    assert pgseq("guard", "trigger", database.dsn, "--yes").code == 0
    database.run("INSERT INTO t SELECT generate_series(1, 1000)")
    assert database.value("SELECT nextval('s')") == 1051


def test_the_script_moves_past_the_whole_block(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run(HIBERNATE)
    declare(tmp_path, "public.email_aggregation_id_seq", "public.email_aggregation.id", 50, "below")
    file = tmp_path / "fix.sql"
    pgseq("fix", database.dsn, "--sql", file)
    assert psql(database.dsn, "-f", file).code == 0
    assert database.value("SELECT nextval('email_aggregation_id_seq')") == 1051
