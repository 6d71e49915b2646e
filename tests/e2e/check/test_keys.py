"""Keys without a default (PGS021), in every format of check; quiet where something fills them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pgseq as library
from tests.support.commandline import Pgseq
from tests.support.database import Database

NAMED: Final = """
    CREATE TABLE users (id integer PRIMARY KEY, name text);
    INSERT INTO users VALUES (1), (5);
    CREATE TABLE "Orders" ("OrderId" bigint PRIMARY KEY);
    CREATE TABLE frame (id bigint, name text);
    INSERT INTO frame VALUES (1), (2);
"""
QUIET: Final = """
    CREATE TABLE users_old AS SELECT * FROM users;
    CREATE TABLE event (id bigint PRIMARY KEY);
    CREATE SEQUENCE event_seq;
    CREATE TABLE profile (id integer PRIMARY KEY REFERENCES users);
    CREATE TABLE details (product_id integer PRIMARY KEY, id integer);
    CREATE TABLE pair (id integer, n integer, PRIMARY KEY (id, n));
    CREATE TABLE calendar (year integer PRIMARY KEY);
    CREATE TABLE part (id serial PRIMARY KEY) PARTITION BY RANGE (id);
    CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (1) TO (10);
    ALTER TABLE part_1 ALTER COLUMN id DROP DEFAULT;
    CREATE TABLE parent (id serial PRIMARY KEY);
    CREATE TABLE child (PRIMARY KEY (id)) INHERITS (parent);
    ALTER TABLE child ALTER COLUMN id DROP DEFAULT;
    CREATE TABLE owned (id serial PRIMARY KEY);
    ALTER TABLE owned ALTER COLUMN id DROP DEFAULT;
    CREATE FUNCTION number() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.id := 1; RETURN NEW; END';
    CREATE TABLE by_trigger (id integer PRIMARY KEY);
    CREATE TRIGGER number BEFORE INSERT ON by_trigger FOR EACH ROW EXECUTE FUNCTION number();
    CREATE TABLE generated (n integer, id integer GENERATED ALWAYS AS (n * 2) STORED PRIMARY KEY);
    CREATE TABLE words (id text PRIMARY KEY);
"""
LABELS: Final = ['public."Orders"."OrderId"', "public.frame.id", "public.users.id"]


def labels(report: library.DatabaseReport) -> list[str]:
    """The keys of a report."""
    return [one.key.label for one in report.keys]


def test_keys_are_named_and_do_not_count(database: Database, pgseq: Pgseq) -> None:
    database.run(NAMED + QUIET)
    report = library.check(database.dsn)
    assert labels(report) == LABELS
    assert report.ok
    assert report.summary == "2 in sync, 2 feed no column, 3 integer keys without a default"
    document = pgseq("check", database.dsn, "--format", "json").json()["databases"][0]
    assert [(key["table"], key["column"]) for key in document["keys"]] == [
        ("Orders", "OrderId"),
        ("frame", "id"),
        ("users", "id"),
    ]
    for format in ("table", "markdown", "html"):
        brief = pgseq("check", database.dsn, "--format", format)
        verbose = pgseq("check", database.dsn, "-v", "--format", format)
        assert (brief.code, verbose.code) == (0, 0)
        assert "PGS021" not in brief.out
        assert verbose.out.count("PGS021") >= len(LABELS)


def test_selection_and_configuration(database: Database, tmp_path: Path) -> None:
    database.run(NAMED + "CREATE SCHEMA shop; CREATE TABLE shop.users (id serial PRIMARY KEY)")
    assert labels(library.check(database.dsn, schema="shop")) == []
    assert labels(library.check(database.dsn, exclude_table="frame")) == [LABELS[0], LABELS[2]]
    assert labels(library.check(database.dsn, table="users")) == [LABELS[2]]
    assert labels(library.check(database.dsn, ignore="PGS021")) == []
    settings = tmp_path / "pgseq.toml"
    settings.write_text('ignore = [{ code = "PGS021", sequence = "public.users", reason = "ids of the ISO" }]\n')
    assert labels(library.check(database.dsn, config=settings)) == LABELS[:2]


def test_what_the_hint_says_repairs_it(database: Database) -> None:
    database.run(NAMED)
    for one in library.check(database.dsn).keys:
        database.run(one.finding.hint.split(": ", 1)[1].split("; then")[0])
    moved = {one.sequence.name for one in library.fix(database.dsn).sequences if one.applied is not None}
    assert moved == {"frame_id_seq", "users_id_seq"}
    assert database.value("INSERT INTO users (name) VALUES ('Ada') RETURNING id") == 6
    assert database.value("INSERT INTO frame (name) VALUES ('Ada') RETURNING id") == 3
    assert labels(library.check(database.dsn)) == []


def test_a_table_that_is_asked_for_by_name(database: Database, pgseq: Pgseq) -> None:
    database.run(NAMED)
    done = pgseq("check", database.dsn, "-t", "users")
    assert done.code == 2
    assert "users exists, but no sequence feeds it" in done.err
    assert "public.users.id has no default (pgseq explain PGS021)" in done.err
