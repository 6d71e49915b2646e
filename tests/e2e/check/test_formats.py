"""verify and why for spreadsheets and for issues."""

from __future__ import annotations

import csv
import io

from tests.support.commandline import Pgseq
from tests.support.database import Database

TABLES = """
CREATE TABLE "a|b" (id serial PRIMARY KEY); INSERT INTO "a|b" VALUES (1);
CREATE TABLE c (id serial PRIMARY KEY); CREATE SEQUENCE alone;
"""


def lines(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_verify_csv(database: Database, pgseq: Pgseq) -> None:
    database.run(TABLES)
    done = pgseq("verify", database.dsn, "--format", "csv")
    found = {one["sql"]: one for one in lines(done.out)}
    assert (done.code, found['public."a|b_id_seq"']["proved"], found["public.c_id_seq"]["proved"]) == (
        1,
        "false",
        "true",
    )
    assert found['public."a|b_id_seq"']["reason"] == "1 is already stored"
    assert {one["port"] for one in found.values()} == {str(database.server.embedded.port)}


def test_verify_markdown(database: Database, pgseq: Pgseq) -> None:
    database.run(TABLES)
    done = pgseq("verify", database.dsn, "--format", "markdown")
    assert done.out.startswith(f"### {database.name} on local socket:".replace("_", r"\_"))
    assert '| `public."a\\|b_id_seq"` | `public."a\\|b".id` | 1 | fails | 1 is already stored |\n' in done.out
    assert done.out.endswith("1 proved, 1 would fail, 1 feeds no column\n\n")


def test_why(database: Database, pgseq: Pgseq) -> None:
    database.run(f"{TABLES}; SELECT setval('c_id_seq', 40); INSERT INTO c VALUES (90)")
    done = pgseq("why", database.dsn, "--format", "csv")
    found = lines(done.out)
    assert done.code == 1
    assert {one["status"] for one in found if one["name"] == "c_id_seq"} == {"out_of_sync"}
    assert [one["cause"] for one in found if one["name"] == "alone"] == [""]
    page = pgseq("why", database.dsn, "--format", "markdown").out
    assert "| `public.c_id_seq` | fails after 49 inserts | " in page
    assert "alone" not in page


def test_nothing(database: Database, pgseq: Pgseq) -> None:
    for command in ("verify", "why"):
        assert len(pgseq(command, database.dsn, "--format", "csv").out.splitlines()) == 1
        assert "no sequence was looked at: there is none" in pgseq(command, database.dsn, "--format", "markdown").out


def test_stored_up_to_what_the_sequence_hands_out(database: Database, pgseq: Pgseq) -> None:
    database.run(
        "CREATE TABLE t (id bigserial PRIMARY KEY); ALTER SEQUENCE t_id_seq INCREMENT 50;"
        "INSERT INTO t SELECT generate_series(1, 1000)"
    )
    said = {form: pgseq("check", database.dsn, "--format", form).out for form in ("table", "markdown", "html", "json")}
    assert "stored up to 951 on its grid" in said["table"]
    assert "| 1 | 951 on its grid |" in said["markdown"]
    assert '<td class="number">951 on its grid</td>' in said["html"]
    assert '"furthest": 951,' in said["json"]
