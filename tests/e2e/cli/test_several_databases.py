"""Several databases in one run: what is wrong with one does not stop the others."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.commandline import Pgseq
from tests.support.database import Database, fresh_database
from tests.support.roles import new_role

BEHIND = "CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (1)"
ORDERS = """
    CREATE SEQUENCE order_no;
    CREATE TABLE orders (number int PRIMARY KEY);
    INSERT INTO orders VALUES (1);
"""
DECLARED = '{ sequence = "public.order_no", column = "public.orders.number" }'
MISSPELT = '{ sequence = "public.order_no", column = "public.orders.nmuber" }'


@pytest.fixture
def second(database: Database) -> Iterator[Database]:
    """Another database of the same server."""
    with fresh_database(database.server) as fresh:
        yield fresh


def every(database: Database) -> tuple[str, ...]:
    server = database.server.embedded
    return ("--all", "-h", str(server.folder), "-p", str(server.port), "-U", "postgres")


def configure(folder: Path, *feeds: str) -> None:
    (folder / "pgseq.toml").write_text(f"feeds = [{', '.join(feeds)}]\n", encoding="utf-8")


class TestDeclaredFeeds:
    """A declared feed is missing where no database has it."""

    def test_that_one_database_has(self, database: Database, second: Database, pgseq: Pgseq, tmp_path: Path) -> None:
        second.run(ORDERS)
        configure(tmp_path, DECLARED)
        done = pgseq("check", database.dsn, second.dsn, "--format", "json")
        assert (done.code, done.err) == (1, f"pgseq: {tmp_path / 'pgseq.toml'}: 1 feed declared\n")
        found = {one["database"]: one["sequences"] for one in done.json()["databases"]}
        assert found[database.name] == []
        assert [one["status"] for one in found[second.name]] == ["out_of_sync"]
        everywhere = pgseq("check", *every(database), "--format", "json")
        assert everywhere.code == 1
        assert {database.name, second.name, "postgres"} <= {one["database"] for one in everywhere.json()["databases"]}

    def test_that_each_has_one_of(self, database: Database, second: Database, pgseq: Pgseq, tmp_path: Path) -> None:
        second.run(ORDERS)
        database.run(ORDERS.replace("order", "invoice"))
        configure(tmp_path, DECLARED, DECLARED.replace("order", "invoice"))
        for command, code in (("check", 1), ("fix", 0), ("verify", 0)):
            yes = ("--yes",) if command == "fix" else ()
            done = pgseq(command, database.dsn, second.dsn, *yes, "--format", "json")
            assert (done.code, len(done.json()["databases"])) == (code, 2)

    def test_that_none_has(self, database: Database, second: Database, pgseq: Pgseq, tmp_path: Path) -> None:
        second.run(ORDERS)
        configure(tmp_path, MISSPELT)
        done = pgseq("check", database.dsn, second.dsn, "--format", "json")
        assert done.code == 2
        assert len(done.json()["databases"]) == 2
        assert done.err.splitlines() == [
            "pgseq: error: the declared feed public.order_no → public.orders.nmuber does not exist in any of these "
            "databases",
            "hint: mend or remove it in [tool.pgseq]; mixed case is quoted as in SQL",
        ]

    def test_that_is_missing_in_the_only_one(self, database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
        configure(tmp_path, DECLARED)
        done = pgseq("check", database.dsn)
        assert (done.code, done.out) == (2, "")
        assert "does not exist in this database" in done.err


class TestPatterns:
    """A pattern is mistyped where no database has what it selects; where one has it, the others are looked at for the
    rest."""

    @pytest.fixture
    def shops(self, database: Database, second: Database) -> tuple[str, str]:
        """The first has users and orders, the second only users, which is out of sync; and a table in mixed case."""
        database.run("CREATE TABLE users (id serial PRIMARY KEY); CREATE TABLE orders (id serial PRIMARY KEY)")
        second.run("CREATE TABLE users (id serial PRIMARY KEY); INSERT INTO users VALUES (1), (2)")
        second.run('CREATE TABLE "Carts" (id serial PRIMARY KEY)')
        return database.dsn, second.dsn

    @pytest.mark.slow
    def test_that_one_database_does_not_have(
        self, shops: tuple[str, str], database: Database, second: Database, pgseq: Pgseq
    ) -> None:
        both = ("-t", "users", "-t", "orders")
        for databases in (shops, shops[::-1], every(database)):
            done = pgseq("check", *databases, *both, "--format", "json")
            assert (done.code, done.err) == (1, "")
            found = {one["database"]: one["sequences"] for one in done.json()["databases"]}
            assert [one["status"] for one in found[database.name]] == ["ok", "ok"]
            assert [one["status"] for one in found[second.name]] == ["out_of_sync"]
            assert "postgres" not in found
        assert pgseq("verify", *shops, *both).code == 1
        assert pgseq("why", *shops, *both).code == 1
        assert pgseq("fix", *shops, *both, "--yes").code == 0
        assert second.value("INSERT INTO users DEFAULT VALUES RETURNING id") == 3

    def test_that_each_has_one_of(self, shops: tuple[str, str], pgseq: Pgseq) -> None:
        done = pgseq("check", *shops, "-t", '"Carts"', "-t", "orders", "--format", "json")
        assert (done.code, done.err) == (0, "")
        assert [[one["name"] for one in each["sequences"]] for each in done.json()["databases"]] == [
            ["orders_id_seq"],
            ["Carts_id_seq"],
        ]

    def test_that_none_has(self, shops: tuple[str, str], pgseq: Pgseq) -> None:
        """Each such pattern is told, by the database that knows something like it, and what others select is shown."""
        done = pgseq("check", *shops, "-t", "ordesr", "-t", "carts", "-t", "users", "-n", "nope", "--format", "json")
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith("pgseq: error: no schema matches nope\n")
        done = pgseq("check", *shops, "-t", "ordesr", "-t", "carts", "-t", "orders", "--format", "json")
        assert done.code == 2
        assert [len(one["sequences"]) for one in done.json()["databases"]] == [1]
        assert done.err.splitlines() == [
            "pgseq: error: no table or sequence matches ordesr",
            "hint: did you mean -t 'orders'?",
            "pgseq: error: no table or sequence matches carts",
            "hint: did you mean -t '\"Carts\"'?",
        ]

    def test_that_selects_nothing_at_all(self, shops: tuple[str, str], pgseq: Pgseq) -> None:
        done = pgseq("check", *shops, "-t", "carst")
        assert (done.code, done.out) == (2, "")
        assert done.err == "pgseq: error: no table or sequence matches carst\nhint: did you mean -t '\"Carts\"'?\n"

    def test_beside_a_database_that_is_not_there(
        self, shops: tuple[str, str], database: Database, pgseq: Pgseq
    ) -> None:
        """What is mistyped is told all the same, by those that could be looked at."""
        away = f"{database.dsn} dbname=nodb"
        for databases in ((shops[0], away), (away, shops[0])):
            done = pgseq("check", *databases, "-t", "nope", "--format", "json")
            assert done.code == 2
            assert [one["database"] for one in done.json()["unreachable"]] == ["nodb"]
            assert 'database "nodb" does not exist' in done.err
            assert "pgseq: error: no table or sequence matches nope\n" in done.err
            assert pgseq("check", *databases, "-t", "orders").err.count("error:") == 1

    def test_beside_a_database_that_may_not_be_entered(
        self, shops: tuple[str, str], database: Database, second: Database, pgseq: Pgseq
    ) -> None:
        with new_role(database) as role:
            database.server.admin(f"REVOKE CONNECT ON DATABASE {second.name} FROM PUBLIC")
            done = pgseq("check", *every(database)[:-1], role.name, "-t", "nope", "--format", "json")
        assert done.code == 2
        assert second.name in {one["database"] for one in done.json()["unreachable"]}
        assert "pgseq: error: no table or sequence matches nope\n" in done.err


class TestMeantTwice:
    """A database is worked on once, however often it is meant."""

    def test_by_name(self, database: Database, pgseq: Pgseq) -> None:
        database.run(BEHIND)
        server = database.server.embedded
        other = f"postgresql://postgres@/{database.name}?host={server.folder}&port={server.port}"
        done = pgseq("check", database.dsn, database.dsn, other, "--format", "json")
        assert [one["database"] for one in done.json()["databases"]] == [database.name]
        assert done.json()["summary"]["out_of_sync"] == 1

    def test_by_all(self, database: Database, second: Database, pgseq: Pgseq) -> None:
        done = pgseq("check", "--all", database.dsn, second.dsn, "--format", "json")
        names = [one["database"] for one in done.json()["databases"]]
        assert {database.name, second.name} <= set(names)
        assert len(names) == len(set(names))


class TestReadOnly:
    """A database that takes no writes, beside one that does."""

    @pytest.fixture
    def frozen(self, second: Database) -> Database:
        second.run(BEHIND)
        second.server.admin(f"ALTER DATABASE {second.name} SET default_transaction_read_only = on")
        return second

    def test_fix_goes_on(self, database: Database, frozen: Database, pgseq: Pgseq) -> None:
        database.run(BEHIND)
        done = pgseq("fix", database.dsn, frozen.dsn, "--yes", "--format", "json")
        assert done.code == 2
        document = json.loads(done.out)
        assert [one["database"] for one in document["databases"]] == [database.name]
        assert document["databases"][0]["sequences"][0]["applied"]["result"] == "moved"
        (refused,) = document["unreachable"]
        assert (refused["database"], "read-only" in refused["reason"]) == (frozen.name, True)
        assert database.value("INSERT INTO t DEFAULT VALUES RETURNING id") == 2

    def test_the_first_does_not_stop_the_second(self, database: Database, frozen: Database, pgseq: Pgseq) -> None:
        database.run(BEHIND)
        assert pgseq("fix", frozen.dsn, database.dsn, "--yes").code == 2
        assert database.value("INSERT INTO t DEFAULT VALUES RETURNING id") == 2


def test_undo_finds_the_databases_that_a_file_tells_of(
    database: Database, second: Database, pgseq: Pgseq, tmp_path: Path
) -> None:
    second.run(BEHIND)
    moves = tmp_path / "moves.jsonl"
    assert pgseq("fix", second.dsn, "--yes", "--undo-file", moves).code == 0
    done = pgseq("undo", moves, *every(database), "--yes", "--force")
    assert (done.code, done.err) == (0, "")
    assert second.rows("SELECT last_value, is_called FROM t_id_seq") == [(1, False)]


def test_undo_where_no_database_is_told_of(database: Database, second: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    second.run(BEHIND)
    moves = tmp_path / "moves.jsonl"
    assert pgseq("fix", second.dsn, "--yes", "--undo-file", moves).code == 0
    done = pgseq("undo", moves, database.dsn, database.dsn, "--yes")
    assert done.code == 2
    assert done.err.splitlines() == [
        "pgseq: error: the undo file tells of no move in this database",
        f"hint: name one that it tells of: {second.name}",
    ]


def test_a_server_that_is_down_does_not_stop_all_of_another(database: Database, pgseq: Pgseq) -> None:
    database.run(BEHIND)
    up = database.server.dsn()
    for servers in (("host=/nowhere", up), (up, "host=/nowhere")):
        done = pgseq("check", "--all", *servers, "--format", "json")
        assert done.code == 1
        assert database.name in {one["database"] for one in done.json()["databases"]}
        assert len(done.json()["unreachable"]) == 1
        assert "/nowhere" in done.err
    assert pgseq("check", "--all", "host=/nowhere").code == 2
    assert pgseq("check", "--all", "host=/nowhere", "host=/nowhere").code == 2
