"""Every command that pgseq prints works where it is pasted: in another folder, whatever PGDATABASE says there."""

from __future__ import annotations

import gzip
import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

import pgseq as library
from tests.support.commandline import Pgseq
from tests.support.database import Database, fresh_database
from tests.support.printed import Shell, commands, printed, printed_in

#: Behind; a stray id; a name that a shell must not read; one for guards.
SHOP = """
    CREATE TABLE users (id serial PRIMARY KEY, name text);
    INSERT INTO users SELECT g, 'x' FROM generate_series(1, 10) g;
    CREATE TABLE stray (id serial PRIMARY KEY);
    INSERT INTO stray SELECT generate_series(1, 5);
    INSERT INTO stray VALUES (2000000000);
    SELECT setval('stray_id_seq', 3);
    CREATE TABLE "It's; $HOME `x`" (id serial PRIMARY KEY);
    INSERT INTO "It's; $HOME `x`" VALUES (1), (2);
    CREATE TABLE healthy (id serial PRIMARY KEY);
    INSERT INTO healthy DEFAULT VALUES;
"""
POSITIONS = "SELECT sequencename::text, last_value FROM pg_sequences ORDER BY 1"


@pytest.fixture
def other(database: Database) -> Iterator[Database]:
    """The database of the shell in which things are pasted: the same tables, and not what was asked about."""
    with fresh_database(database.server) as fresh:
        fresh.run(SHOP)
        yield fresh


def address(database: Database) -> dict[str, str]:
    embedded = database.server.embedded
    return {"PGHOST": str(embedded.folder), "PGPORT": str(embedded.port), "PGUSER": "postgres"}


@pytest.fixture
def shell(other: Database, tmp_path: Path) -> Shell:
    return Shell(home=tmp_path, variables=address(other) | {"PGDATABASE": other.name})


def changing(command: str) -> str:
    """A command without its question."""
    words = shlex.split(command)
    asks = words[1] in ("fix", "sync") or words[1:3] in (["guard", "identity"], ["guard", "trigger"])
    return f"{command} --yes" if asks or words[1:3] in (["guard", "remove"], ["guard", "ownership"]) else command


Named = Callable[[Database], tuple[list[str], dict[str, str]]]
#: How the database is named: words, and variables.
NAMED: dict[str, Named] = {
    "DSN": lambda one: ([one.dsn], {}),
    "-d and -h": lambda one: (
        ["-d", one.name, "-h", str(one.server.embedded.folder), "-p", str(one.server.embedded.port), "-U", "postgres"],
        {},
    ),
    "name": lambda one: ([one.name], address(one)),
    "PGDATABASE": lambda one: ([], address(one) | {"PGDATABASE": one.name}),
    "DSN without name": lambda one: (
        [f"host={one.server.embedded.folder} port={one.server.embedded.port} user=postgres"],
        {"PGDATABASE": one.name},
    ),
}


@pytest.mark.parametrize("named", NAMED)
@pytest.mark.parametrize("format", ["table", "json"])
@pytest.mark.sampled(12)
def test_check(
    database: Database, other: Database, pgseq: Pgseq, shell: Shell, named: str, format: str, tmp_path: Path
) -> None:
    database.run(SHOP)
    before = other.rows(POSITIONS)
    words, variables = NAMED[named](database)
    done = pgseq("check", *words, "--lock-timeout", "3s", "--format", format, env=variables)
    found = commands(done)
    assert done.code == 1
    # A row of the table is repaired by the closing command; a document names one for each.
    assert sum(one.startswith("pgseq fix") for one in found) >= (4 if format == "json" else 3)
    assert any("--into-gap" in one for one in found)
    for command in found:
        if command.startswith("pgseq explain"):
            assert shell(command).out.startswith("# PGS")
            continue
        assert "--lock-timeout 3s" in command
        ran = shell(changing(command))
        assert ran.code in (0, 1), (command, ran)
        assert "no table or sequence" not in ran.err
    assert other.rows(POSITIONS) == before
    after = dict(database.rows(POSITIONS))
    assert (after["users_id_seq"], after["It's; $HOME `x`_id_seq"]) == (10, 2)
    assert not (tmp_path / "elsewhere" / "x").exists()


@pytest.mark.slow
def test_the_right_one_of_several(database: Database, other: Database, pgseq: Pgseq, shell: Shell) -> None:
    database.run(SHOP)
    with fresh_database(database.server) as third:
        third.run("CREATE TABLE users (id serial PRIMARY KEY); INSERT INTO users VALUES (1), (2), (3)")
        before = database.rows(POSITIONS), other.rows(POSITIONS)
        (command,) = (
            one
            for one in printed(pgseq("check", database.dsn, third.dsn, "-t", "users").out)
            if one.count("dbname=") == 1 and third.name in one
        )
        assert shell(changing(command)).code == 0
        assert (database.rows(POSITIONS), other.rows(POSITIONS)) == before
        assert third.value("SELECT nextval('users_id_seq')") == 4
        last = printed(pgseq("check", database.dsn, third.dsn, "-t", "users").out)[-1]
        assert shell(changing(last)).code == 0
    assert dict(database.rows(POSITIONS))["users_id_seq"] == 10


@pytest.mark.slow
def test_every_database_of_a_server(database: Database, other: Database, pgseq: Pgseq, shell: Shell) -> None:
    database.run(SHOP)
    done = pgseq("check", "--all", "-t", "users", env=address(database))
    (command,) = (one for one in printed(done.out) if f"-d {database.name} " in one)
    assert shell(changing(command)).code == 0
    assert dict(database.rows(POSITIONS))["users_id_seq"] == 10
    assert dict(other.rows(POSITIONS))["users_id_seq"] is None
    assert done.out.splitlines()[-1].startswith("→ pgseq fix --all -t users  # repairs ")


def test_bounds_configuration_and_what_a_fix_may_give_up(
    database: Database, other: Database, pgseq: Pgseq, shell: Shell, tmp_path: Path
) -> None:
    database.run(
        """
        CREATE SEQUENCE numbers; CREATE TABLE orders (number int PRIMARY KEY);
        INSERT INTO orders VALUES (1), (2);
        CREATE TABLE far (id serial PRIMARY KEY); INSERT INTO far VALUES (1500000000)
        """
    )
    (tmp_path / "pgseq.toml").write_text(
        'feeds = [{ sequence = "public.numbers", column = "public.orders.number" }]\n', encoding="utf-8"
    )
    options = ("--max-jump", "80%", "--statement-timeout", "20s")
    done = pgseq("check", database.dsn, *options, "--color", "never")
    document = pgseq("check", database.dsn, *options, "--format", "json").json()
    hints = [one for one in printed_in(document) if "-t " in one]
    assert len(hints) == 2
    assert all(
        f"--config {tmp_path / 'pgseq.toml'} --statement-timeout 20s --max-jump 80%" in one
        for one in [*hints, *printed(done.out)]
    )
    for command in hints:
        assert shell(changing(command)).code == 0
    assert database.value("SELECT nextval('numbers')") == 3
    assert database.value("SELECT last_value FROM far_id_seq") == 1500000000
    assert printed(done.out)[-1].endswith("--color never")


@pytest.mark.parametrize("format", ["table", "json"])
@pytest.mark.sampled(2)
def test_explain(database: Database, other: Database, pgseq: Pgseq, shell: Shell, format: str) -> None:
    database.run(SHOP)
    before = other.rows(POSITIONS)
    text = 'ERROR:  duplicate key value violates unique constraint "users_pkey"\nDETAIL:  Key (id)=(1) already exists.'
    (command,) = commands(pgseq("explain", "-d", database.dsn, text, "--format", format))
    assert shell(changing(command)).code == 0
    assert other.rows(POSITIONS) == before
    assert database.value("SELECT nextval('users_id_seq')") == 11


@pytest.mark.slow
def test_why_and_verify(database: Database, other: Database, pgseq: Pgseq, shell: Shell) -> None:
    database.run(SHOP)
    before = other.rows(POSITIONS)
    for done in (pgseq("why", database.dsn, "-t", "users"), pgseq("verify", database.dsn)):
        (command,) = printed(done.out)
        assert shell(changing(command)).code in (0, 1)
        assert pgseq("verify", database.dsn, "-t", "users").code == 0
    assert other.rows(POSITIONS) == before


def test_verify_offers_no_fix_that_would_skip_all(database: Database, pgseq: Pgseq) -> None:
    database.run("CREATE TABLE t (id smallserial PRIMARY KEY); INSERT INTO t VALUES (1), (32767)")
    done = pgseq("verify", database.dsn)
    assert (done.code, printed(done.out)) == (1, [])


@pytest.mark.parametrize("format", ["table", "json"])
@pytest.mark.sampled(4)
def test_guard_plan(database: Database, other: Database, pgseq: Pgseq, shell: Shell, format: str) -> None:
    database.run(SHOP)
    found = commands(pgseq("guard", "plan", database.dsn, "--format", format))
    assert [one for one in found if one.startswith("pgseq guard")]
    for command in found:
        assert shell(changing(command)).code == int(command.startswith("pgseq check")), command
    identity = "SELECT count(*) FROM pg_attribute WHERE attidentity <> '' AND attnum > 0"
    assert database.value(identity) > 0
    assert other.value(identity) == 0


@pytest.mark.slow
def test_damaged_guards(database: Database, other: Database, pgseq: Pgseq, shell: Shell) -> None:
    database.run("CREATE TABLE users (id serial PRIMARY KEY)")
    assert pgseq("guard", "trigger", database.dsn, "--yes").code == 0
    (name,) = database.rows("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")[0]
    database.run(f"ALTER TABLE users DISABLE TRIGGER {name}")
    repair, remove = printed(pgseq("guard", "status", database.dsn).out)
    assert shell(changing(repair)).code == 0
    assert pgseq("guard", "status", database.dsn).code == 0
    assert shell(changing(remove)).code == 0
    assert "No guard triggers." in pgseq("guard", "status", database.dsn).out


@pytest.mark.slow
def test_sync(database: Database, other: Database, pgseq: Pgseq, shell: Shell) -> None:
    database.run("CREATE TABLE users (id serial PRIMARY KEY); SELECT setval('users_id_seq', 50)")
    with fresh_database(database.server) as target:
        target.run("CREATE TABLE users (id serial PRIMARY KEY)")
        (command,) = printed(pgseq("sync", database.dsn, target.dsn, "--dry-run", "--margin", "5").out)
        moved = shell(changing(command))
        assert moved.code == 0
        assert target.value("SELECT nextval('users_id_seq')") > 50
        (proof,) = printed(moved.out)
        assert shell(proof).code == 0


def test_the_library(database: Database, other: Database, shell: Shell) -> None:
    database.run(SHOP)
    before = other.rows(POSITIONS)
    with psycopg.connect(database.dsn, autocommit=True) as connection:
        for target in (database.dsn, connection):
            report = library.check(target, table="users")
            (command,) = printed(report.sequences[0].findings[0].hint)
            told = library.explain('duplicate key value violates unique constraint "users_pkey"', target)
            assert printed(told.next) == [command]
    assert shell(changing(command)).code == 0
    assert other.rows(POSITIONS) == before
    assert database.value("SELECT nextval('users_id_seq')") == 11


def test_a_caller_says_how_it_was_called(database: Database) -> None:
    database.run(SHOP)
    caller = library.Caller(program="./manage.py pgseq", target=("-d", "default"))
    report = library.check(database.dsn, table="users", caller=caller)
    assert report.sequences[0].findings[0].hint == "./manage.py pgseq fix -d default -t public.users"


def test_tenants(database: Database, other: Database, pgseq: Pgseq, shell: Shell) -> None:
    make = "CREATE SCHEMA {0}; CREATE TABLE {0}.users (id serial PRIMARY KEY); INSERT INTO {0}.users VALUES (1), (2)"
    names = [f"tenant_{number}" for number in range(5)]
    database.run("; ".join(make.format(name) for name in names))
    hint = next(one for one in printed(pgseq("check", database.dsn).out) if "-t " in one)
    assert "-t 'tenant_*.users'" in hint
    database.run(make.format("tenant_healthy") + "; SELECT setval('tenant_healthy.users_id_seq', 2)")
    exact = next(one for one in printed(pgseq("check", database.dsn).out) if "-t " in one)
    assert [word for word in shlex.split(exact) if word.endswith(".users")] == [f"{name}.users" for name in names]
    assert shell(changing(exact)).code == 0
    assert {database.value(f"SELECT last_value FROM {name}.users_id_seq") for name in names} == {2}


def test_no_document_names_a_command_without_the_database(database: Database, pgseq: Pgseq) -> None:
    database.run(SHOP)
    document = pgseq("check", database.dsn, "--format", "json").json()
    assert all(database.name in one for one in printed_in(document) if not one.startswith("pgseq explain"))


def test_the_hint_of_a_guard(database: Database, other: Database, pgseq: Pgseq, shell: Shell) -> None:
    database.run("""CREATE TABLE "It's" (id serial PRIMARY KEY); INSERT INTO "It's" DEFAULT VALUES""")
    assert pgseq("guard", "trigger", database.dsn, "--yes").code == 0
    hints: list[str] = []
    with database.connect() as connection:
        connection.add_notice_handler(lambda notice: hints.append(notice.message_hint or ""))
        connection.execute("""INSERT INTO "It's" VALUES (2000000000)""")
    (command,) = printed(hints[0])
    assert shell(changing(command)).code == 0
    assert database.value("""SELECT nextval('public."It''s_id_seq"')""") == 2000000001


def test_lint(database: Database, pgseq: Pgseq, shell: Shell, tmp_path: Path) -> None:
    database.run("CREATE TABLE users (id serial PRIMARY KEY, name text); INSERT INTO users VALUES (1)")
    seeds = tmp_path / "it's seeds.sql"
    seeds.write_text("INSERT INTO :table VALUES (7);\n", encoding="utf-8")
    options = ("-d", database.dsn, "--set", "table=users", "--statement-timeout", "20s")
    (command,) = printed(pgseq("lint", seeds, *options).out)
    assert shell(command).code == 0
    assert seeds.read_text("utf-8").count("setval") == 1
    seeds.write_text("INSERT INTO users (name) VALUES ('x');\n", encoding="utf-8")
    (command,) = printed(pgseq("lint", seeds, *options).out)
    assert shell(changing(command)).code == 0
    assert pgseq("lint", seeds, *options).code == 0
    archive = tmp_path / "it's.sql"
    archive.write_bytes(gzip.compress(b"INSERT INTO users VALUES (9);"))
    hint = pgseq("lint", archive, *options).err.partition("hint: ")[2]
    assert shell(hint).code == 1


@pytest.mark.parametrize("command", [("range", "--no-history"), ("check",), ("check", "--format", "markdown")])
def test_a_row_of_tenants_has_one_command_for_all(
    database: Database, pgseq: Pgseq, shell: Shell, command: tuple[str, ...]
) -> None:
    make = "CREATE SCHEMA {0}; CREATE TABLE {0}.users (id serial PRIMARY KEY); INSERT INTO {0}.users VALUES (1), (2)"
    names = [f"t{number}" for number in range(4)]
    database.run("; ".join(make.format(name) for name in names))
    said = re.sub("`([^`]*)`", r"\n\1\n", pgseq(*command, database.dsn).out)
    (fix, *_) = (one for one in printed(said) if "-t " in one)
    assert "-t 't*.users'" in fix
    assert shell(changing(fix)).code == 0
    assert {database.value(f"SELECT last_value FROM {name}.users_id_seq") for name in names} == {2}
