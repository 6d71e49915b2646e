"""What a run counts: sequences that feed nothing apart, none at all in words, and collisions only within reach."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.commandline import Pgseq
from tests.support.database import Database

#: A sequence from which only the application draws, and behind what it stores.
UNFED = """
CREATE SEQUENCE hibernate_sequence;
CREATE TABLE a (id bigint PRIMARY KEY);
INSERT INTO a SELECT generate_series(1, 10);
SELECT setval('hibernate_sequence', 5);
"""
#: Given the other half of its values, with the first half stored.
RESTARTED = """
CREATE TABLE t (id serial PRIMARY KEY);
INSERT INTO t SELECT generate_series(1, 50);
ALTER SEQUENCE t_id_seq MINVALUE -2147483648 RESTART WITH -2147483648;
"""
FAR = 2**31


class TestFeedsNoColumn:
    """It has nothing to be compared with, and is never counted as compared."""

    @pytest.mark.slow
    def test_apart_in_each_closing_line(self, database: Database, pgseq: Pgseq) -> None:
        database.run(f"{UNFED}; CREATE TABLE b (id serial PRIMARY KEY)")
        sums = "1 in sync, 1 feeds no column\n"
        for command in ("check", "fix --yes", "fix --dry-run", "check --format markdown"):
            done = pgseq(*command.split(), database.dsn)
            assert (done.code, done.out.rstrip("\n").rsplit("\n", 1)[-1]) == (0, sums.rstrip()), command
        # Ids are stored ahead of it in a table that an application may fill from it (PGS019).
        assert pgseq("verify", database.dsn).out.endswith("1 proved, 1 not proved\n")
        database.run("DROP TABLE a")
        assert pgseq("verify", database.dsn).out.endswith("1 proved, 1 feeds no column\n")
        assert "nothing to explain; 1 feeds no column\n" in pgseq("why", database.dsn).out
        summary = pgseq("check", database.dsn, "--format", "json").json()["summary"]
        assert summary == {"ok": 1, "out_of_sync": 0, "exhausted": 0, "unknown": 0, "feeds_no_column": 1}

    def test_guard_plan_says_that_there_is_nothing(self, database: Database, pgseq: Pgseq) -> None:
        database.run(UNFED)
        done = pgseq("guard", "plan", database.dsn)
        assert (done.code, done.out.splitlines()[-1]) == (
            0,
            "No column draws from a sequence: there is nothing to guard.",
        )

    def test_that_ignored_counts_as_ignored(self, database: Database, pgseq: Pgseq) -> None:
        database.run("CREATE SEQUENCE s MAXVALUE 2; SELECT setval('s', 2)")
        done = pgseq("check", database.dsn, "--ignore", "PGS002")
        assert done.out.endswith("\n\n1 ignored\n")

    def test_used_up_is_exhausted_all_the_same(self, database: Database, pgseq: Pgseq) -> None:
        database.run("CREATE SEQUENCE s MAXVALUE 2; SELECT setval('s', 2)")
        done = pgseq("check", database.dsn)
        assert (done.code, "\n\n1 exhausted\n" in done.out) == (1, True)


class TestNothing:
    """A run that looked at nothing says so, and --require makes it red."""

    @pytest.mark.parametrize("command", ["check", "verify", "why", "fix --yes"])
    @pytest.mark.sampled(2)
    def test_in_words(self, command: str, database: Database, pgseq: Pgseq) -> None:
        done = pgseq(*command.split(), database.dsn)
        assert done.code == 0
        assert "no sequence was looked at: there is none\n" in done.out

    @pytest.mark.parametrize("command", ["check", "verify"])
    @pytest.mark.parametrize("schema", ["SELECT 1", UNFED])
    @pytest.mark.sampled(4)
    def test_require(self, schema: str, command: str, database: Database, pgseq: Pgseq) -> None:
        database.run(schema)
        for format in ("table", "json"):
            done = pgseq(command, database.dsn, "--require", "--format", format)
            assert done.code == 3
            assert done.err.startswith("pgseq: error: no sequence that feeds a column was looked at\nhint: name the ")
        database.run("CREATE TABLE b (id serial PRIMARY KEY)")
        assert pgseq(command, database.dsn, "--require").code == 0

    def test_one_of_several_databases_is_enough(self, database: Database, pgseq: Pgseq) -> None:
        database.run("CREATE TABLE b (id serial PRIMARY KEY)")
        assert pgseq("check", database.dsn, database.server.dsn("postgres"), "--require").code == 0

    @pytest.mark.parametrize(
        "arguments",
        [["check", ""], ["check", " "], ["check", "-d", ""], ["verify", ""], ["why", ""], ["fix", "", "--yes"],
         ["guard", "plan", ""], ["sync", "", "app", "--dry-run"], ["check", "--all", ""], ["explain", "-d", "", "x"]],
    )  # fmt: skip
    @pytest.mark.sampled(2)
    def test_an_empty_connection_string_is_refused(
        self, arguments: list[str], database: Database, pgseq: Pgseq
    ) -> None:
        embedded = database.server.embedded
        env = {"PGHOST": str(embedded.folder), "PGPORT": str(embedded.port), "PGUSER": "postgres"}
        done = pgseq(*arguments, env=env)
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith("pgseq: error: the connection string is empty\nhint: is the variable set ")


class TestWithin:
    """A collision further away than N inserts is information."""

    def test_beyond_it_is_no_error(self, database: Database, pgseq: Pgseq) -> None:
        database.run(RESTARTED)
        assert pgseq("check", database.dsn).code == 1
        done = pgseq("check", database.dsn, "--within", str(FAR))
        assert (done.code, done.out.splitlines()[2:]) == (
            0,
            ["1 out of sync only later on"],
        )
        assert pgseq("check", database.dsn, "--within", str(FAR + 1)).code == 1

    def test_the_document_stays_honest(self, database: Database, pgseq: Pgseq) -> None:
        database.run(RESTARTED)
        done = pgseq("check", database.dsn, "--within", "1000000", "--format", "json")
        (sequence,) = done.json()["databases"][0]["sequences"]
        assert (done.code, sequence["status"], sequence["later"]) == (0, "out_of_sync", True)
        assert sequence["inserts_until_collision"] == FAR + 1
        assert {one["severity"] for one in sequence["findings"]} == {"info"}
        assert done.json()["summary"] == {
            "ok": 0, "out_of_sync": 0, "exhausted": 0, "unknown": 0, "feeds_no_column": 0, "out_of_sync_later": 1
        }  # fmt: skip

    def test_within_it_counts(self, database: Database, pgseq: Pgseq) -> None:
        database.run("CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (11)")
        assert pgseq("check", database.dsn, "--within", "10").code == 1
        assert pgseq("check", database.dsn, "--within", "9").code == 0
        assert pgseq("check", database.dsn, "--within", "0").code == 0

    def test_configured(self, database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
        database.run(RESTARTED)
        (tmp_path / "pgseq.toml").write_text("within = 1000000\n", "utf-8")
        assert pgseq("check", database.dsn).code == 0
        # What is typed goes before it.
        assert pgseq("check", database.dsn, "--within", "9223372036854775807").code == 1
        # No command is red for it, and nothing is burnt.
        fixed = pgseq("fix", database.dsn, "--yes")
        assert (fixed.code, database.value("SELECT last_value FROM t_id_seq")) == (0, -(2**31))

    @pytest.mark.parametrize("value", ["-1", '"many"', "true", "1.5"])
    @pytest.mark.sampled(4)
    def test_what_is_no_count_is_refused(self, value: str, pgseq: Pgseq, tmp_path: Path) -> None:
        (tmp_path / "pgseq.toml").write_text(f"within = {value}\n", "utf-8")
        done = pgseq("check", "app")
        assert (done.code, "within is not a number of inserts" in done.err) == (2, True)


def test_keys_above_the_table_are_told(pgseq: Pgseq, tmp_path: Path) -> None:
    """They would be dropped without a word."""
    (tmp_path / "pgseq.toml").write_text('ignore = [{code = "PGS008", reason = "x"}]\n[tool.pgseq]\n', "utf-8")
    done = pgseq("check", "app")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(
        "pgseq: error: pgseq.toml has a table [tool.pgseq], and beside it: unknown key 'ignore' (known: tool)\n"
    )


def test_verify_advises_no_fix_that_would_skip_all(database: Database, pgseq: Pgseq) -> None:
    database.run(
        "CREATE TABLE stray (id serial PRIMARY KEY); INSERT INTO stray VALUES (1), (2147483647);"
        "CREATE TABLE full_up (id smallserial PRIMARY KEY); SELECT setval('full_up_id_seq', 32767)"
    )
    verified = pgseq("verify", database.dsn)
    assert (verified.code, "→" in verified.out) == (1, False)
    assert pgseq("fix", database.dsn, "--yes").out.count("moved") == 0
    database.run("CREATE TABLE users (id serial PRIMARY KEY); INSERT INTO users VALUES (1)")
    assert "→ pgseq fix " in pgseq("verify", database.dsn).out


def test_restarted_at_the_least_integer(database: Database, pgseq: Pgseq) -> None:
    """Half the values are free before the stored ones: range tells how many, and --within makes them no error."""
    database.run(
        "CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (1), (2);"
        "ALTER SEQUENCE t_id_seq MINVALUE -2147483648 RESTART -2147483648"
    )
    assert "t.id: 1 is stored  2,147,483,649  " in pgseq("range", database.dsn, "--no-history").out
    assert pgseq("check", database.dsn).code == 1
    within = pgseq("check", database.dsn, "--within", "1000000")
    assert (within.code, within.out.splitlines()[-1]) == (0, "1 out of sync only later on")


def test_two_servers_with_databases_of_one_name_are_told_apart(database: Database, pgseq: Pgseq) -> None:
    database.run("CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (1)")
    socket, tcp = database.dsn, database.server.tcp(database.name)
    done = pgseq("check", socket, tcp)
    port = database.server.embedded.port
    assert f"{database.name} on local socket:{port} " in done.out
    assert f"{database.name} on 127.0.0.1:{port} " in done.out
    hosts = [one["host"] for one in pgseq("check", socket, tcp, "--format", "json").json()["databases"]]
    assert hosts == [str(database.server.embedded.folder), "127.0.0.1"]
