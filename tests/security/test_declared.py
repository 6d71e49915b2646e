"""Views and foreign tables: read only where the user declares them, and only where their owner is trusted."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import pytest

from tests.security.attack import attacker
from tests.support.commandline import Pgseq
from tests.support.database import Database

VIEW: Final = "CREATE VIEW {schema}.v AS SELECT {function} AS id; CREATE SEQUENCE {schema}.s"
FOREIGN: Final = """
CREATE EXTENSION IF NOT EXISTS file_fdw;
CREATE SERVER IF NOT EXISTS files FOREIGN DATA WRAPPER file_fdw;
CREATE FOREIGN TABLE {schema}.v (id int) SERVER files OPTIONS (program 'echo 7');
CREATE SEQUENCE {schema}.s
"""


def declare(folder: Path, schema: str) -> None:
    """A configuration that feeds schema.v.id from schema.s."""
    text = f'feeds = [{{ sequence = "{schema}.s", column = "{schema}.v.id" }}]\n'
    (folder / "pgseq.toml").write_text(text, encoding="utf-8")


def only(document: Any, schema: str) -> Any:
    """The sequence of that schema."""
    (sequence,) = [one for one in document["databases"][0]["sequences"] if one["schema"] == schema]
    return sequence


@pytest.mark.parametrize("setup", [VIEW, FOREIGN], ids=["view", "foreign table"])
@pytest.mark.slow
def test_ones_own(setup: str, database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run(setup.format(schema="public", function="7"))
    done = pgseq("check", database.dsn, "--format", "json")
    assert (done.code, only(done.json(), "public")["feeds"]) == (0, [])
    declare(tmp_path, "public")
    found = only(pgseq("check", database.dsn, "--format", "json").json(), "public")
    assert (found["status"], found["furthest"]) == ("out_of_sync", 7)
    for words, code in ((("verify",), 0), (("why",), 1), (("fix", "--dry-run"), 1)):
        assert pgseq(*words, database.dsn).code == code, words
    assert pgseq("fix", database.dsn, "--yes").code == 0
    assert database.value("SELECT last_value FROM s") == 7


@pytest.mark.slow
def test_somebody_elses_view(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    """Declared or not, what its owner wrote does not run as a superuser."""
    with attacker(database) as mal:
        mal.run(VIEW.format(schema="mal", function="code.run('view')"))
        declare(tmp_path, "mal")
        done = pgseq("check", database.dsn, "--format", "json")
        found = only(done.json(), "mal")
        assert (done.code, found["status"]) == (3, "unknown")
        assert found["reason"] == f"mal.v is declared, but reading it runs what {mal.role.sql} has set up"
        for words in (("verify",), ("why",), ("fix", "--yes"), ("guard", "plan")):
            assert "unexpected" not in pgseq(*words, database.dsn).err, words
        found = only(pgseq("check", mal.role.dsn, "-n", "mal", "--format", "json").json(), "mal")
        assert (found["status"], found["furthest"]) == ("out_of_sync", 1)


def test_somebody_elses_view_of_an_owner_who_is_trusted(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    with attacker(database, runs=True) as mal:
        mal.run(VIEW.format(schema="mal", function="code.run('view')"))
        declare(tmp_path, "mal")
        found = only(pgseq("check", database.dsn, "--trust-owners", "--format", "json").json(), "mal")
        assert found["status"] == "out_of_sync"


def test_a_foreign_table_of_a_role_that_made_its_server(database: Database, pgseq: Pgseq) -> None:
    """A default in a foreign table: it is not asked, whoever looks."""
    with attacker(database) as mal:
        database.run("CREATE EXTENSION postgres_fdw")
        database.run(f"GRANT USAGE ON FOREIGN DATA WRAPPER postgres_fdw TO {mal.role.sql}")
        port = database.server.embedded.port
        mal.run(
            f"CREATE SERVER mal_s FOREIGN DATA WRAPPER postgres_fdw"
            f" OPTIONS (host '127.0.0.1', port '{port}', dbname '{database.name}');"
            "CREATE USER MAPPING FOR PUBLIC SERVER mal_s OPTIONS (user 'postgres');"
            "CREATE VIEW mal.v AS SELECT code.run('view behind a foreign table') AS id; CREATE SEQUENCE mal.s;"
            "CREATE FOREIGN TABLE mal.f (id int DEFAULT nextval('mal.s')) SERVER mal_s"
            " OPTIONS (schema_name 'mal', table_name 'v')"
        )
        done = pgseq("check", database.dsn, "--format", "json")
        assert (done.code, only(done.json(), "mal")["status"]) == (3, "unknown")
        assert only(done.json(), "mal")["reason"].startswith("mal.f is a foreign table")
