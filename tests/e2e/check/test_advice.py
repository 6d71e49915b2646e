"""What hints advise can be done: statements that the server takes, and none where there is nothing to do."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.support.commandline import Pgseq
from tests.support.database import Database

VIEW = """
CREATE SEQUENCE vs; CREATE TABLE vt (id int PRIMARY KEY);
CREATE VIEW vv AS SELECT id FROM vt; ALTER VIEW vv ALTER COLUMN id SET DEFAULT nextval('vs');
INSERT INTO vt VALUES (1), (2)
"""


def hints(database: Database, pgseq: Pgseq, *options: str) -> dict[str, str]:
    """The hint of each code."""
    document = pgseq("check", database.dsn, "--format", "json", *options).json()
    sequences: list[Any] = document["databases"][0]["sequences"]
    return {found["code"]: found["hint"] for sequence in sequences for found in sequence["findings"]}


@pytest.mark.parametrize("default", ["nextval('vs')", "nextval('vs'::text)"])
def test_of_a_default_on_a_view(default: str, database: Database, pgseq: Pgseq) -> None:
    database.run(VIEW.replace("nextval('vs')", default))
    found = hints(database, pgseq)
    assert found["PGS012"] == "widen the column that public.vv.id shows, then make the view anew"
    if "PGS014" in found:
        database.run(found["PGS014"])
    else:
        assert found["PGS015"].startswith("nothing to do: a view owns no sequence")


def test_of_a_sequence_of_another_owner(database: Database, pgseq: Pgseq) -> None:
    with database.connect() as connection:
        connection.execute("CREATE ROLE advised NOLOGIN")
        connection.execute("GRANT CREATE, USAGE ON SCHEMA public TO advised")
        connection.execute("CREATE SEQUENCE s; CREATE TABLE t (id int DEFAULT nextval('s'))")
        try:
            connection.execute("ALTER TABLE t OWNER TO advised; GRANT USAGE ON SEQUENCE s TO advised")
            connection.execute(hints(database, pgseq)["PGS015"].encode())
            assert "PGS015" not in hints(database, pgseq)
        finally:
            connection.execute("DROP TABLE t; DROP OWNED BY advised; DROP ROLE advised")


@pytest.mark.slow
def test_of_an_empty_table_and_texts(database: Database, pgseq: Pgseq) -> None:
    database.run(
        "CREATE SEQUENCE s; CREATE FUNCTION f() RETURNS text LANGUAGE sql AS $$ SELECT 'p_' || nextval('s') $$;"
        "CREATE TABLE t (a text DEFAULT f(), b text DEFAULT f())"
    )
    assert pgseq("check", database.dsn).code == 0
    assert pgseq("verify", database.dsn).code == 0
    assert pgseq("guard", "plan", database.dsn).code == 0
    assert "IDENTITY" not in hints(database, pgseq)["PGS013"]
    for command in ("identity", "trigger"):
        done = pgseq("guard", command, database.dsn, "--dry-run")
        assert (done.code, done.out.count("is not plainly the sequence's value")) == (1, 2)
    database.run("INSERT INTO t DEFAULT VALUES")
    assert pgseq("check", database.dsn).code == 3


def test_of_declared_feeds(database: Database, pgseq: Pgseq, tmp_path: Any) -> None:
    database.run("CREATE SEQUENCE h; CREATE TABLE a (id bigint); CREATE TABLE b (id bigint)")
    (tmp_path / "pgseq.toml").write_text(
        'feeds = [{sequence = "public.h", column = "public.a.id"}, {sequence = "public.h", column = "public.b.id"}]'
    )
    hint = hints(database, pgseq, "--config", str(tmp_path / "pgseq.toml"))["PGS013"]
    assert hint == "a declared column that does not draw from it: take its feed out of [tool.pgseq]"


@pytest.mark.parametrize(
    ("default", "stored", "furthest"),
    [
        ("'INV-2024-' || lpad(nextval('s')::text, 5, '0')", "INV-2024-00017", "17"),
        ("'INV-' || nextval('s')", "INV-9", "9"),
        ("nextval('s') || '-2024'", "12-2024", "12"),
    ],
)
def test_comparing_a_text_by_hand(default: str, stored: str, furthest: str, database: Database, pgseq: Pgseq) -> None:
    database.run(f"CREATE SEQUENCE s; CREATE TABLE t (no text DEFAULT {default}); INSERT INTO t VALUES ('{stored}')")
    hint = hints(database, pgseq)["PGS007"]
    match = re.fullmatch(r"compare by hand: (SELECT .*); then ignore it in \[tool\.pgseq\], with the reason", hint)
    assert match is not None
    assert [str(value) for value in database.rows(match[1])[0]] == [furthest, "1", "False"]


def test_comparing_a_number_by_hand(database: Database, pgseq: Pgseq) -> None:
    database.run(
        "CREATE SEQUENCE s INCREMENT -1; CREATE TABLE t (no bigint DEFAULT nextval('s') - 1000);"
        "INSERT INTO t VALUES (-1007)"
    )
    match = re.search(r"turned round: (SELECT .*); then", hints(database, pgseq)["PGS007"])
    assert match is not None
    assert [str(value) for value in database.rows(match[1])[0]] == ["-1007", "-1", "False"]


def test_widening_says_what_it_costs(database: Database, pgseq: Pgseq) -> None:
    database.run("CREATE TABLE t (id serial PRIMARY KEY); SELECT setval('t_id_seq', 2147483647)")
    found = hints(database, pgseq)
    statement, second, cost = found["PGS002"].split("; ")
    assert cost.startswith("TYPE bigint rewrites the table and its indexes under ACCESS EXCLUSIVE")
    database.run(f"{statement}; {second}; INSERT INTO t DEFAULT VALUES")
