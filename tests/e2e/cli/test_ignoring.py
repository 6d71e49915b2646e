"""What is ignored does not count, for every command; a code that does not exist is not ignored."""

from __future__ import annotations

from pathlib import Path

import pytest

from pgseq.commands.lint.rules import RULES
from tests.support.commandline import Pgseq
from tests.support.database import Database

SCRATCH = """
    CREATE SCHEMA scratch;
    CREATE TABLE scratch.t (id serial PRIMARY KEY);
    INSERT INTO scratch.t VALUES (1);
    CREATE SEQUENCE invoice_no;
    CREATE TABLE invoices (no text PRIMARY KEY DEFAULT 'INV-' || nextval('invoice_no'));
    INSERT INTO invoices VALUES ('INV-0');
    CREATE TABLE fine (id serial PRIMARY KEY);
"""
LAID_DOWN = """
ignore = [
  { code = "PGS001", sequence = "scratch.*", reason = "loaded every night" },
  { code = "PGS007", reason = "compared by hand" },
]
"""


class TestVerify:
    """`verify` counts what `check` counts."""

    @pytest.fixture(autouse=True)
    def laid_down(self, database: Database, tmp_path: Path) -> None:
        database.run(SCRATCH)
        (tmp_path / "pgseq.toml").write_text(LAID_DOWN, encoding="utf-8")

    @pytest.mark.slow
    def test_exit_codes(self, database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
        for command in ("check", "verify"):
            assert pgseq(command, database.dsn).code == 0
        (tmp_path / "pgseq.toml").unlink()
        for command in ("check", "verify"):
            assert pgseq(command, database.dsn).code == 1
            assert pgseq(command, database.dsn, "--ignore", "PGS001").code == 3
            assert pgseq(command, database.dsn, "--ignore", "pgs001", "--ignore", "PGS007").code == 0

    def test_what_is_shown(self, database: Database, pgseq: Pgseq) -> None:
        done = pgseq("verify", database.dsn)
        assert done.out.endswith("1 proved, 2 ignored\n")
        assert "scratch" not in done.out
        assert "→" not in done.out
        assert "(ignored: loaded every night)" in pgseq("verify", database.dsn, "-v").out
        document = pgseq("verify", database.dsn, "--format", "json").json()
        assert document["summary"] == {"proved": 1, "failing": 0, "unproved": 0, "feeds_no_column": 0}
        assert {one["name"]: one.get("ignored") for one in document["databases"][0]["sequences"]} == {
            "fine_id_seq": None,
            "invoice_no": "compared by hand",
            "t_id_seq": "loaded every night",
        }

    def test_nothing_is_inserted(self, database: Database, pgseq: Pgseq) -> None:
        database.run("INSERT INTO scratch.t VALUES (7); SELECT setval('scratch.t_id_seq', 2)")
        before = database.rows("TABLE scratch.t_id_seq")
        assert pgseq("verify", database.dsn, "--insert").code == 0
        assert database.rows("TABLE scratch.t_id_seq") == before


@pytest.mark.parametrize("command", ["check", "verify", "fix", "why"])
def test_a_code_that_does_not_exist(pgseq: Pgseq, command: str) -> None:
    done = pgseq(command, "host=/nowhere", "--ignore", "PGS01")
    assert (done.code, done.out) == (2, "")
    assert done.err == "pgseq: error: there is no code PGS01 to ignore\nhint: codes run from PGS001 to PGS021\n"


def test_a_code_of_lint_is_for_lint(pgseq: Pgseq) -> None:
    done = pgseq("check", "host=/nowhere", "--ignore", "PGL001")
    assert done.err.splitlines()[0] == "pgseq: error: there is no code PGL001 to ignore"


@pytest.mark.parametrize(("command", "argument"), [("check", "host=/nowhere"), ("lint", "a.sql")])
def test_a_code_in_the_configuration(pgseq: Pgseq, tmp_path: Path, command: str, argument: str) -> None:
    (tmp_path / "a.sql").write_text("SELECT 1;\n", encoding="utf-8")
    (tmp_path / "pgseq.toml").write_text('ignore = [{ code = "PGS01", reason = "typo" }]\n', encoding="utf-8")
    done = pgseq(command, argument)
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines() == [
        "pgseq: error: pgseq.toml: there is no code PGS01 to ignore",
        f"hint: codes run from PGS001 to PGS021, and from PGL000 to {RULES[-1].CODE} for lint",
    ]


def test_both_kinds_in_one_configuration(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text("SELECT 1;\n", encoding="utf-8")
    lines = (f'{{ code = "{code}", reason = "so" }}' for code in ("PGS008", "PGL007", "pgl010"))
    (tmp_path / "pgseq.toml").write_text(f"ignore = [{', '.join(lines)}]\n", encoding="utf-8")
    assert pgseq("check", database.dsn).code == 0
    assert pgseq("lint", "a.sql").code == 0
