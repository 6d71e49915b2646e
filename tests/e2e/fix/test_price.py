"""The price of a repair: the free values that it gives up, as a share of those that are left. What is stored costs
nothing."""

from __future__ import annotations

import shlex
from typing import Final

import pytest
from msgspec.structs import replace

import pgseq as library
from pgseq import workflow
from pgseq.core.plan import Planner, script
from pgseq.model.diagnosis import Policy
from pgseq.model.limits import Limits
from pgseq.model.sequences import Problem
from pgseq.pg import ahead
from pgseq.pg.ahead import diagnose_priced
from pgseq.pg.catalog import read_server
from pgseq.pg.connect import open_pool
from pgseq.pg.database import Database as Asked
from pgseq.render.json.check import sequences
from tests.support.clients import psql
from tests.support.commandline import Pgseq
from tests.support.database import Database

#: What is repaired unasked: the plain share of values skipped exceeds a tenth, and hardly a free one is among them.
DENSE: Final = {
    "smallserial": ("CREATE TABLE t (id smallserial PRIMARY KEY, n int)", "SELECT generate_series(1, 9000)", 9001),
    "maxvalue": (
        "CREATE SEQUENCE s MAXVALUE 99; CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'), n int)",
        "SELECT generate_series(1, 12)",
        13,
    ),
    "increment": (
        "CREATE SEQUENCE s INCREMENT 1000 START 100000;CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'), n int)",
        "SELECT generate_series(100000, 800100000, 1000)",
        800101000,
    ),
    "wide-increment": (
        "CREATE SEQUENCE s INCREMENT 10000 START 100000;"
        "CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'), n int)",
        "SELECT generate_series(100000, 800100000, 10000)",
        800110000,
    ),
    "last-ten": (
        "CREATE TABLE t (id serial PRIMARY KEY, n int); SELECT setval('t_id_seq', 2147483639)",
        "SELECT 2147483640",
        2147483641,
    ),
    "descending": (
        "CREATE SEQUENCE s INCREMENT -1 MINVALUE -1000;CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'), n int)",
        "SELECT -generate_series(1, 500)",
        -501,
    ),
    "numeric": (
        "CREATE SEQUENCE s INCREMENT 5 MAXVALUE 1000;"
        "CREATE TABLE t (id numeric PRIMARY KEY DEFAULT nextval('s'), n int)",
        "SELECT g FROM generate_series(1, 501, 5) g UNION SELECT g + 0.5 FROM generate_series(1, 900) g",
        506,
    ),
    "text": (
        "CREATE SEQUENCE s MAXVALUE 100; CREATE TABLE t (id text PRIMARY KEY DEFAULT nextval('s'), n int)",
        "SELECT g::text FROM generate_series(1, 50) g UNION SELECT '0' || g FROM generate_series(1, 99) g",
        51,
    ),
    "cycle": (
        "CREATE SEQUENCE s MAXVALUE 100 CYCLE; CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'), n int);"
        "SELECT setval('s', 100)",
        "SELECT generate_series(1, 50)",
        51,
    ),
    "cache": (
        "CREATE SEQUENCE s MAXVALUE 100 CACHE 5; CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'), n int)",
        "SELECT generate_series(1, 50)",
        51,
    ),
    "partitions": (
        "CREATE SEQUENCE s MAXVALUE 100;"
        "CREATE TABLE t (id int DEFAULT nextval('s'), n int, PRIMARY KEY (id)) PARTITION BY RANGE (id);"
        "CREATE TABLE t1 PARTITION OF t FOR VALUES FROM (1) TO (30);"
        "CREATE TABLE t2 PARTITION OF t FOR VALUES FROM (30) TO (1000)",
        "SELECT generate_series(1, 60)",
        61,
    ),
    "shared": (
        "CREATE SEQUENCE s MAXVALUE 100; CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'), n int);"
        'CREATE TABLE "T 2" ("Id" bigint PRIMARY KEY DEFAULT nextval(\'s\'));'
        'INSERT INTO "T 2" SELECT generate_series(2, 60, 2)',
        "SELECT generate_series(1, 59, 2) UNION SELECT 60",
        61,
    ),
}

#: What is refused unasked, with what it would give up and the values left, all of them free.
STRAYS: Final = {
    "serial": (
        "CREATE TABLE t (id serial PRIMARY KEY, n int)",
        "SELECT generate_series(1, 9) UNION SELECT 2000000000",
        1999999990,
        2147483637,
    ),
    "smallserial": (
        "CREATE TABLE t (id smallserial PRIMARY KEY, n int)",
        "SELECT generate_series(1, 100) UNION SELECT 9000",
        8899,
        32666,
    ),
    "repeated": (
        "CREATE SEQUENCE s MAXVALUE 100; CREATE TABLE t (id int DEFAULT nextval('s'), n int)",
        "SELECT 50 FROM generate_series(1, 60)",
        49,
        99,
    ),
    "off-the-grid": (
        "CREATE SEQUENCE s INCREMENT 10 MAXVALUE 1000; CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'), n int)",
        "SELECT generate_series(2, 500, 10) UNION SELECT 501",
        50,
        99,
    ),
    "shared": (
        "CREATE SEQUENCE s MAXVALUE 100; CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'), n int);"
        "CREATE TABLE u (id int PRIMARY KEY DEFAULT nextval('s')); INSERT INTO u SELECT generate_series(1, 20)",
        "SELECT generate_series(1, 20) UNION SELECT 50",
        29,
        79,
    ),
    "descending": (
        "CREATE SEQUENCE s INCREMENT -1 MINVALUE -1000;CREATE TABLE t (id int PRIMARY KEY DEFAULT nextval('s'), n int)",
        "SELECT -generate_series(1, 10) UNION SELECT -500",
        489,
        989,
    ),
}


def prepare(database: Database, setup: str, ids: str) -> None:
    database.run(f"{setup}; INSERT INTO t SELECT id FROM ({ids}) AS x (id)")


@pytest.mark.parametrize(("setup", "ids", "following"), DENSE.values(), ids=list(DENSE))
@pytest.mark.parametrize("way", ["fix", "none", "script", "later"])
@pytest.mark.sampled(24)
def test_what_is_stored_costs_nothing(
    way: str, setup: str, ids: str, following: int, database: Database, pgseq: Pgseq
) -> None:
    if way == "later":
        if "T 2" in setup or "INCREMENT 1000 " in setup:
            pytest.skip("its other column is full from the beginning, or counting takes too long under a lock")
        # The script is written while hardly anything is stored, and finds all of it when it is run.
        first = f"SELECT id FROM ({ids}) AS x (id) ORDER BY abs(id::numeric), id DESC LIMIT 1"
        prepare(database, setup, first)
        text = written(database)
        database.run("TRUNCATE t")
        database.run(f"INSERT INTO t SELECT id FROM ({ids}) AS x (id)")
        assert psql(database.dsn, input=text).err == ""
    else:
        prepare(database, setup, ids)
        (found,) = library.check(database.dsn).sequences
        assert (found.step is None, [one.code for one in found.findings if one.code == "PGS005"]) == (False, [])
        if way == "script":
            assert psql(database.dsn, input=written(database)).err == ""
        else:
            options = ["--lock", "none"] if way == "none" else []
            assert pgseq("fix", database.dsn, "--yes", *options).code == 0
    assert int(database.value("INSERT INTO t (n) VALUES (0) RETURNING id")) == following
    assert pgseq("check", database.dsn).code == 0


def written(database: Database) -> str:
    with open_pool(database.dsn, 1) as pool:
        steps = [one.step for one in workflow.check(pool, workflow.Options()).sequences if one.step]
    assert len(steps) == 1
    return script(steps)


@pytest.mark.parametrize(("setup", "ids", "given_up", "left"), STRAYS.values(), ids=list(STRAYS))
@pytest.mark.sampled(6)
def test_a_stray_is_not_passed_unasked(
    setup: str, ids: str, given_up: int, left: int, database: Database, pgseq: Pgseq
) -> None:
    prepare(database, setup, ids)
    done = pgseq("fix", database.dsn, "--yes", "--format", "json")
    (one,) = done.json()["databases"][0]["sequences"]
    assert (done.code, one["applied"]["result"], one["fix"]) == (1, "skipped", None)
    repair = one["repair"]
    assert (repair["given_up"], repair["free_left"], repair["exact"]) == (given_up, left, True)
    assert repair["share"] == given_up / left
    # The share that is said to be needed is enough, and no whole per cent less is.
    needed = round(repair["max_jump_needed"] * 100)
    assert pgseq("fix", database.dsn, "--yes", "--max-jump", f"{needed - 1}%").code == 1
    assert pgseq("fix", database.dsn, "--yes", "--max-jump", f"{needed}%").code == 0
    assert int(database.value("INSERT INTO t (n) VALUES (0) RETURNING id")) == repair["next_value"]


def test_a_script_finds_a_stray_when_it_is_run(database: Database) -> None:
    prepare(database, "CREATE TABLE t (id smallserial PRIMARY KEY, n int)", "SELECT generate_series(1, 9000)")
    text = written(database)
    database.run("DELETE FROM t WHERE id < 9000")
    psql(database.dsn, input=text)
    assert database.value("SELECT last_value FROM t_id_seq") == 1


def test_explain_advises_what_fix_does(database: Database, pgseq: Pgseq) -> None:
    error = 'duplicate key value violates unique constraint "t_pkey" Key (id)=(1) already exists.'
    prepare(database, "CREATE TABLE t (id smallserial PRIMARY KEY, n int)", "SELECT generate_series(1, 9000)")
    named = f"-d {shlex.quote(database.dsn)} -t public.t"
    (dense,) = pgseq("explain", "-d", database.dsn, error, "--format", "json").json()["errors"]
    assert (dense["verdict"], dense["next"]) == ("behind", f"pgseq fix {named}")
    database.run("DELETE FROM t WHERE id BETWEEN 10 AND 8999")
    (stray,) = pgseq("explain", "-d", database.dsn, error, "--format", "json").json()["errors"]
    assert stray["verdict"] == "behind"
    assert stray["next"] == (
        "delete or renumber the row in public.t WHERE id = 9000; "
        f"or continue below it: pgseq fix {named} --into-gap; "
        f"or give them up: pgseq fix {named} --max-jump 28%"
    )
    assert pgseq("fix", database.dsn, "-t", "public.t", "--into-gap", "--yes").code == 1
    assert database.value("INSERT INTO t (n) VALUES (0) RETURNING id") == 10


@pytest.mark.parametrize(
    ("setup", "after"),
    [
        # The examples of the report: 46.6 % were given up, and the sequence stood in the widest stretch below.
        (
            "INSERT INTO t (n) SELECT 0 FROM generate_series(1, 100); INSERT INTO t VALUES (1000000000)",
            "999,999,899 values",
        ),
        (
            "INSERT INTO t (n) SELECT 0 FROM generate_series(1, 100); INSERT INTO t VALUES (2000000000)",
            "1,999,999,899 values",
        ),
        (
            "INSERT INTO t (n) SELECT 0 FROM generate_series(1, 100); INSERT INTO t VALUES (2147483647)",
            "2,147,483,546 values",
        ),
    ],
)
@pytest.mark.sampled(3)
def test_it_stands_before_the_stray_id_already(setup: str, after: str, database: Database, pgseq: Pgseq) -> None:
    database.run("CREATE TABLE t (id serial PRIMARY KEY, n int)")
    database.run(setup)
    checked = pgseq("check", database.dsn)
    assert "--into-gap" not in checked.out
    assert f"leave it: the sequence stands below it, and {after} are free there" in " ".join(checked.out.split())
    done = pgseq("fix", database.dsn, "--into-gap", "--yes", "--format", "json")
    (one,) = done.json()["databases"][0]["sequences"]
    assert (done.code, one["applied"]["result"], one["repair"]["gap"]) == (1, "skipped", None)
    assert one["applied"]["reason"].startswith("it stands in the free stretch before ")
    assert after in one["applied"]["reason"]
    assert database.value("INSERT INTO t (n) VALUES (0) RETURNING id") == 101


def test_a_full_range_is_not_offered_what_would_do_nothing(database: Database, pgseq: Pgseq) -> None:
    """No row is to be deleted, no stretch to be continued in: the range is full."""
    database.run("CREATE TABLE t (id serial PRIMARY KEY, n int); SELECT setval('t_id_seq', 2147483646)")
    database.run("INSERT INTO t SELECT generate_series(2147483640, 2147483647)")
    checked = pgseq("check", database.dsn, "--format", "json")
    (one,) = checked.json()["databases"][0]["sequences"]
    hints = " ".join(finding["hint"] for finding in one["findings"])
    assert "PGS004" in [finding["code"] for finding in one["findings"]]
    assert "--into-gap" not in hints
    assert "delete" not in hints
    assert one["repair"] == {
        "next_value": None,
        "given_up": None,
        "free_left": 0,
        "share": None,
        "max_jump_needed": None,
        "exact": True,
        "gap": None,
    }


def test_what_is_not_counted_is_said_so(database: Database, pgseq: Pgseq) -> None:
    """Where the stored values cannot be counted in time, all that is skipped passes for free."""
    prepare(database, "CREATE TABLE t (id smallserial, n int)", "SELECT generate_series(1, 9000)")
    with open_pool(database.dsn, 1) as pool, database.connect(autocommit=False) as other:
        (found,) = workflow.check(pool, workflow.Options()).sequences
        reading = replace(found.diagnosis.reading, ahead=None)
        server = read_server(pool.primary, Limits())
        other.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
        judged = diagnose_priced(
            Asked(session=pool.primary, server=server, limits=Limits(lock_ms=100)), reading, Policy()
        )
    assert judged.repair is not None
    assert (judged.repair.exact, judged.repair.given_up, judged.repair.free_left) == (False, 9000, 32767)
    refused = Planner(policy=Policy(), limits=Limits(), role="me")(judged)
    assert isinstance(refused, Problem)
    assert refused.reason.startswith(
        "going beyond 9,000 may give up as much as 27.5 % of the values left: "
        "not all that are stored could be counted (public.t is locked by pid "
    )
    assert refused.hint == "give them up: pgseq fix -t public.t --max-jump 28%"


def test_ordinary_checks_ask_nothing_more(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    database.run("CREATE TABLE t (id serial PRIMARY KEY, n int); INSERT INTO t SELECT generate_series(1, 9000)")
    asked: list[object] = []
    for name in ("_count", "_stretches"):
        monkeypatch.setattr(ahead, name, lambda *arguments: asked.append(arguments))
    (found,) = library.check(database.dsn).sequences
    assert (found.status, asked) == ("out_of_sync", [])
    (fields,) = sequences((found,))
    repair = fields["repair"]
    assert (repair["given_up"], repair["exact"]) == (9000, False)
