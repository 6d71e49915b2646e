"""What the owner of a table puts in its place while pgseq waits for it is not run, and is told."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest

from tests.security.attack import attacker, behind_a_lock
from tests.support.commandline import Completed, Pgseq
from tests.support.database import Database, fresh_database

TABLE: Final = "CREATE TABLE mal.t (id serial PRIMARY KEY); INSERT INTO mal.t VALUES (5)"

#: What takes the table's place.
VIEW: Final = "ALTER TABLE mal.t RENAME TO was; CREATE VIEW mal.t AS SELECT code.run('view') AS id"
INDEXED: Final = (
    "ALTER TABLE mal.t RENAME TO was; CREATE TABLE mal.t (id int);"
    "CREATE INDEX ON mal.t (id) WHERE code.tell('index of another table') = 1"
)
SAME_TABLE: Final = "CREATE INDEX ON mal.t (id) WHERE code.tell('index of the same table') = 1"
SCHEMA: Final = (
    "ALTER SCHEMA mal RENAME TO mal_was; CREATE SCHEMA mal; CREATE TABLE mal.t (id int);"
    "CREATE INDEX ON mal.t (id) WHERE code.tell('index in another schema') = 1"
)
CHILD: Final = (
    "CREATE TABLE mal.child () INHERITS (mal.t);"
    "CREATE INDEX ON mal.child (id) WHERE code.tell('index of a new child') = 1"
)
SWAPS: Final = {"view": VIEW, "table": INDEXED, "index": SAME_TABLE, "schema": SCHEMA, "child": CHILD}

COMMANDS: Final = {
    "check": ("check",),
    "verify": ("verify",),
    "why": ("why",),
    "fix": ("fix", "--yes"),
    "fix-without-lock": ("fix", "--yes", "--lock", "none"),
    "fix-into-gap": ("fix", "--yes", "--into-gap"),
    "guard-plan": ("guard", "plan"),
    "guard-trigger": ("guard", "trigger", "--yes"),
    "guard-identity": ("guard", "identity", "--yes"),
    "guard-ownership": ("guard", "ownership", "--yes"),
}


def attacked(database: Database, pgseq: Pgseq, swap: str, *words: str) -> Completed:
    """The answer of a command run as superuser, during which the table is exchanged."""
    with attacker(database) as mal:
        database.run(f"GRANT CREATE ON DATABASE {database.name} TO {mal.role.sql}")
        mal.run(TABLE)
        return behind_a_lock(mal, "mal.t", swap, lambda: pgseq(*words, database.dsn))


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS)
@pytest.mark.sampled(10)
def test_a_view_in_a_tables_place(words: tuple[str, ...], database: Database, pgseq: Pgseq) -> None:
    done = attacked(database, pgseq, VIEW, *words)
    assert "unexpected" not in done.err, done.err


@pytest.mark.parametrize("swap", SWAPS.values(), ids=SWAPS)
@pytest.mark.parametrize("words", [("check",), ("fix", "--yes"), ("why",)], ids=lambda words: words[0])
@pytest.mark.sampled(15)
def test_what_takes_its_place_is_not_read(words: tuple[str, ...], swap: str, database: Database, pgseq: Pgseq) -> None:
    """The answer is that it could not be looked at: never that all is well."""
    done = attacked(database, pgseq, swap, *words)
    assert done.code in (1, 3), done
    assert "meanwhile" in done.out, done.out


@pytest.mark.parametrize("swap", [VIEW, INDEXED], ids=["view", "table"])
@pytest.mark.slow
def test_a_sequence_replaced(swap: str, database: Database, pgseq: Pgseq) -> None:
    """Until 17, and where it is unlogged, a position is read from the sequence itself."""
    swap = swap.replace("TABLE mal.t RENAME TO was", "SEQUENCE mal.s RENAME TO was").replace("mal.t ", "mal.s ")
    swap = swap.replace("AS id", "AS last_value, true AS is_called")
    with attacker(database) as mal:
        mal.run("CREATE SEQUENCE mal.s; CREATE TABLE mal.u (id int PRIMARY KEY DEFAULT nextval('mal.s'))")
        mal.run("INSERT INTO mal.u VALUES (4)")
        hold = "ALTER SEQUENCE mal.s RENAME TO s_; ALTER SEQUENCE mal.s_ RENAME TO s"
        done = behind_a_lock(mal, "mal.s", swap, lambda: pgseq("check", database.dsn), prepare=hold)
    assert "unexpected" not in done.err


@pytest.mark.slow
def test_lint_with_a_database(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    (tmp_path / "one.sql").write_text("INSERT INTO mal.t DEFAULT VALUES;\n", "utf-8")
    done = attacked(database, pgseq, VIEW, "lint", str(tmp_path / "one.sql"), "-d")
    assert "unexpected" not in done.err


@pytest.mark.slow
def test_explain_with_a_database(database: Database, pgseq: Pgseq) -> None:
    text = 'ERROR:  duplicate key value violates unique constraint "t_pkey"\nDETAIL:  Key (id)=(5) already exists.'
    done = attacked(database, pgseq, VIEW, "explain", text, "-d")
    assert "unexpected" not in done.err


@pytest.mark.parametrize("attacks", ["source", "target"])
@pytest.mark.slow
def test_sync(attacks: str, database: Database, pgseq: Pgseq) -> None:
    with fresh_database(database.server) as other, attacker(database) as mal:
        mal.run(TABLE)
        other.run("CREATE SCHEMA mal; CREATE TABLE mal.t (id serial PRIMARY KEY)")
        pair = (database.dsn, other.dsn) if attacks == "source" else (other.dsn, database.dsn)
        behind_a_lock(mal, "mal.t", VIEW, lambda: pgseq("sync", *pair, "--dry-run"))


@pytest.mark.slow
def test_a_script_of_fix(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    """The script for psql guards itself as fix does."""
    import subprocess

    from tests.support.binaries import client

    with attacker(database) as mal:
        mal.run(TABLE)
        script = tmp_path / "fix.sql"
        assert pgseq("fix", database.dsn, "--sql", str(script)).code in (0, 1)

        def psql() -> Completed:
            command = [client("psql"), "-X", "-d", database.dsn, "-f", str(script)]
            done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
            return Completed(code=done.returncode, out=done.stdout, err=done.stderr)

        behind_a_lock(mal, "mal.t", VIEW, psql)


@pytest.mark.parametrize("words", [("check",), ("fix", "--yes"), ("why",)], ids=lambda words: words[0])
@pytest.mark.slow
def test_a_column_of_another_type(words: tuple[str, ...], database: Database, pgseq: Pgseq) -> None:
    """A cast of its owner's type would run for each row."""
    retype = (
        "CREATE TYPE mal.kind AS (a int);"
        "CREATE FUNCTION mal.as_text(mal.kind) RETURNS text LANGUAGE plpgsql AS"
        " 'BEGIN PERFORM code.run(''cast''); RETURN ''7''; END';"
        "CREATE FUNCTION mal.as_int(mal.kind) RETURNS int LANGUAGE plpgsql AS"
        " 'BEGIN PERFORM code.run(''cast''); RETURN 7; END';"
        "CREATE CAST (mal.kind AS text) WITH FUNCTION mal.as_text(mal.kind) AS IMPLICIT;"
        "CREATE CAST (mal.kind AS int) WITH FUNCTION mal.as_int(mal.kind) AS IMPLICIT;"
        "ALTER TABLE mal.t ALTER id DROP DEFAULT; ALTER TABLE mal.t ALTER id TYPE mal.kind USING ROW(id)::mal.kind"
    )
    done = attacked(database, pgseq, retype, *words)
    assert done.code in (1, 3), done
    assert "meanwhile" in done.out, done.out
