"""`check --format nagios`: states, exit codes, figures, and errors as answers."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.commandline import Completed, Pgseq
from tests.support.database import Database
from tests.support.roles import new_role

FIGURE = re.compile(r"[a-z_]+=(?:U|[\d.]+(?:s|%)?)(?:;[\d.:]*){0,4}")


def state(done: Completed, *, figures: bool = True) -> tuple[int, str]:
    """The exit code and the text of the first line, whose figures are well-formed."""
    assert done.err == ""
    first = done.out.splitlines()[0]
    text, bar, data = first.partition(" | ")
    assert bool(bar) == figures
    assert all(FIGURE.fullmatch(one) for one in data.split()), data
    assert all("|" not in line for line in done.out.splitlines()[1:])
    return done.code, text


@pytest.mark.slow
def test_states(database: Database, pgseq: Pgseq) -> None:
    check = ("check", database.dsn, "--format", "nagios")
    assert state(pgseq(*check)) == (0, "PGSEQ OK - no sequence was looked at: there is none")
    assert state(pgseq(*check, "--require"))[0] == 3
    database.run("CREATE TABLE users (id serial PRIMARY KEY); CREATE TABLE small (id smallserial PRIMARY KEY)")
    assert state(pgseq(*check)) == (0, "PGSEQ OK - 2 in sync")
    database.run("SELECT setval('small_id_seq', 30000)")
    assert state(pgseq(*check)) == (1, "PGSEQ WARNING - 1 ending soon, 1 in sync")
    assert state(pgseq(*check, "--ignore", "PGS016")) == (0, "PGSEQ OK - 2 in sync")
    database.run("SELECT setval('small_id_seq', 32767)")
    assert state(pgseq(*check)) == (2, "PGSEQ CRITICAL - 1 exhausted, 1 in sync")
    database.run("INSERT INTO users VALUES (1), (2)")
    done = pgseq(*check)
    assert state(done) == (2, "PGSEQ CRITICAL - 1 out of sync, 1 exhausted")
    assert done.out.splitlines()[2:] == [
        f"{database.name}: the next INSERT fails: public.users_id_seq hands out 1, which is already stored in "
        f"public.users.id; pgseq fix -d '{database.dsn}' -t public.users",
    ]


@pytest.mark.slow
def test_what_does_not_count(database: Database, pgseq: Pgseq) -> None:
    database.run("CREATE TABLE t (id serial PRIMARY KEY); INSERT INTO t VALUES (1000)")
    check = ("check", database.dsn, "--format", "nagios")
    assert state(pgseq(*check))[0] == 2
    assert state(pgseq(*check, "--ignore", "PGS001"))[0] == 0
    assert state(pgseq(*check, "--within", "100"))[0] == 0
    assert state(pgseq(*check, "--within", "100", "-w", "2000"))[0] == 1, "what is distant ends all the same"


def test_a_referring_column_that_ends_first(database: Database, pgseq: Pgseq) -> None:
    database.run("CREATE TABLE a (id bigserial PRIMARY KEY); CREATE TABLE b (a smallint REFERENCES a)")
    database.run("SELECT setval('a_id_seq', 32767)")
    done = pgseq("check", database.dsn, "--format", "nagios")
    assert state(done)[0] == 2
    assert "public.b.a" in done.out


@pytest.mark.slow
def test_thresholds_in_values(database: Database, pgseq: Pgseq) -> None:
    database.run("CREATE SEQUENCE down INCREMENT -10 MINVALUE -1009 MAXVALUE -10; CREATE TABLE t (id int PRIMARY KEY)")
    database.run("ALTER TABLE t ALTER id SET DEFAULT nextval('down')")
    for thresholds, code in {
        "-w 200": 1,
        "-w200": 1,
        "-w=200": 1,
        "--warning 200": 1,
        "-w 200 -c 150": 2,
        "-c150": 2,
        "-w 50 -c 20": 0,
        "-w 90d -c 30d": 0,
    }.items():
        done = pgseq("check", database.dsn, "--format=nagios", *thresholds.split())
        assert state(done)[0] == code, thresholds
        assert re.search(r" values_left=100;\d*:?;\d*:?;0 ", done.out)


def test_thresholds_in_time(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    """A day's use is told by the table's own clock."""
    database.run("CREATE TABLE t (id smallserial PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())")
    database.run("INSERT INTO t (at) SELECT now() - (10001 - n) * interval '1 minute' FROM generate_series(1, 10000) n")
    check = ("check", database.dsn, "--format", "nagios")
    done = pgseq(*check, "-w", "90d", "-c", "1d")
    assert state(done) == (1, "PGSEQ WARNING - 1 ending soon")
    left = re.search(r"time_left=(\d+)s;7776000:;86400:;0 ", done.out)
    assert left is not None
    assert 14 < int(left[1]) / 86_400 < 18
    assert state(pgseq(*check, "-w", "90d", "-c", "30d")) == (2, "PGSEQ CRITICAL - 1 within --critical")
    assert state(pgseq(*check, "-w", "5d", "-c", "1d")) == (0, "PGSEQ OK - 1 in sync")
    assert (tmp_path / ".local/state/pgseq/history.sqlite").is_file(), "the next one knows more"


@pytest.mark.slow
def test_could_not_look(database: Database, pgseq: Pgseq) -> None:
    database.run("CREATE TABLE t (id serial PRIMARY KEY)")
    with new_role(database) as role:
        done = pgseq("check", role.dsn, "--format", "nagios")
    assert state(done) == (3, "PGSEQ UNKNOWN - 1 unknown")
    gone = "port=1 host=/nowhere dbname=gone password=hunter2"
    alone = pgseq("check", gone, "--format", "nagios")
    assert alone.code == 3
    assert re.match(r"PGSEQ UNKNOWN - .*/nowhere", alone.out)
    both = pgseq("check", database.dsn, gone, "--format", "nagios")
    assert (both.code, both.out.partition(" | ")[0]) == (3, "PGSEQ UNKNOWN - 1 left out, 1 in sync")
    missing = pgseq(
        "check", database.dsn, database.dsn + " application_name=x", "-t", "t", "-t", "nix", "--format", "nagios"
    )
    assert missing.code == 3
    assert "hunter2" not in alone.out + both.out + both.err


def test_bad_usage(database: Database, pgseq: Pgseq) -> None:
    for words in ("-w soon", "-w 30d -c 90d", "--bogus", "-w", "--config /nowhere.toml", "-t nix", "-v -q"):
        done = pgseq("check", "--format", "nagios", database.dsn, *words.split())
        assert state(done, figures=False)[0] == 3, words
        assert done.out.startswith("PGSEQ UNKNOWN - ")
        assert done.out.count("\n") == 1


def test_a_history_that_cannot_be_kept_is_no_state(database: Database, pgseq: Pgseq) -> None:
    database.run("CREATE TABLE t (id serial PRIMARY KEY)")
    done = pgseq("check", database.dsn, "--format", "nagios", env={"XDG_STATE_HOME": "/dev/null"})
    assert state(done) == (0, "PGSEQ OK - 1 in sync")
    assert done.out.splitlines()[1].endswith(" by --history FILE or by history in pgseq.toml")


def test_a_bar_in_a_name_does_not_begin_figures(database: Database, pgseq: Pgseq) -> None:
    database.run('CREATE TABLE "a|b=1" (id serial PRIMARY KEY); INSERT INTO "a|b=1" VALUES (1)')
    done = pgseq("check", database.dsn, "--format", "nagios")
    assert state(done)[0] == 2
    assert r'public."a\x7cb=1"' in done.out


def test_w_is_no_password_elsewhere_and_thresholds_want_the_format(database: Database, pgseq: Pgseq) -> None:
    assert pgseq("check", "-w", database.dsn).code == 0
    done = pgseq("check", database.dsn, "-c", "30d")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("pgseq: error: --warning and --critical go with --format nagios\n")
