"""`pgseq sync` as a shell sees it, between servers of different majors."""

from __future__ import annotations

import csv
import io
import json
import random
import re
import shlex
import signal
import subprocess
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from psycopg.conninfo import make_conninfo

from tests.support.application import watched
from tests.support.binaries import ROOT
from tests.support.clients import psql
from tests.support.commandline import Completed, Pgseq, at_once, environment, executable
from tests.support.cutover import Ends, Servers, both_ends, clerks, returned
from tests.support.database import Database
from tests.support.roles import new_role
from tests.support.standby import catch_up, standby
from tests.support.subscriber import wait_for
from tests.support.terminal import on_terminal

#: Pairs of sequences of random definitions and positions.
NUMBER: Final = 60
#: Majors of the source and the target, and the margin asked for.
PAIRS: Final = [(18, 18, 0), (12, 18, 13), (18, 12, 0), (14, 17, 13)]
WAITING: Final = (
    "SELECT count(*) > 0 FROM pg_stat_activity WHERE application_name = 'pgseq' AND wait_event_type = 'Lock'"
)
USERS: Final = "CREATE TABLE users (id serial PRIMARY KEY, name text)"
FILLED: Final = "INSERT INTO users (name) SELECT 'x' FROM generate_series(1, 100)"


def syncing(home: Path, *arguments: str) -> subprocess.Popen[str]:
    """`pgseq sync` at work."""
    return subprocess.Popen(
        [executable(), "sync", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(home),
    )


@pytest.fixture
def ends(servers: Servers) -> Iterator[Ends]:
    """Two servers of 18: the source has handed out 100 ids, the target none."""
    with both_ends(servers, 18, 18) as both:
        both.run(USERS)
        both.source.run(FILLED)
        yield both


def position(database: Database, name: str = "users_id_seq") -> tuple[int, bool]:
    """last_value and is_called."""
    last_value, is_called = database.rows(f"SELECT last_value, is_called FROM {name}")[0]
    return last_value, is_called


def sequences(done: Completed) -> dict[str, dict[str, Any]]:
    """The sequences of a document, by name."""
    (database,) = done.json()["databases"]
    return {one["name"]: one for one in database["sequences"]}


# Where sequences go


def random_pair(number: int) -> tuple[str, str, str]:
    """Two sequences of one name with columns of their own, at random positions: scripts for the source and the target,
    and the name."""
    chance = random.Random(number)
    name = f"s{number}"
    increment = chance.choice([1, 1, 2, 10, -1, -3])
    cache = chance.choice([1, 1, 7])

    def script() -> str:
        last, called = chance.randint(-400, 400), chance.choice(["true", "false"])
        used = "" if chance.random() < 0.2 else f"SELECT setval('{name}', {last}, {called});"
        ids = ", ".join(f"({value})" for value in {chance.randint(-500, 500) for _ in range(chance.choice([0, 3, 9]))})
        rows = f"INSERT INTO t{number} VALUES {ids};" if ids else ""
        return (
            f"CREATE SEQUENCE {name} INCREMENT {increment} MINVALUE -100000 MAXVALUE 100000 START 1 CACHE {cache};"
            f"CREATE TABLE t{number} (id integer PRIMARY KEY DEFAULT nextval('{name}')); {used} {rows}"
        )

    return script(), script(), name


@pytest.mark.parametrize("pair", PAIRS, ids="{0[0]}-{0[1]}, margin {0[2]}".format)
def test_every_sequence_goes_far_enough_and_no_further(
    pair: tuple[int, int, int], servers: Servers, pgseq: Pgseq
) -> None:
    """The next value is the first that the target comes to which neither the source nor a row of the target has, nor
    the margin; the model walks there step by step."""
    margin = pair[2]
    with both_ends(servers, *pair[:2]) as ends:
        sources, targets, names = zip(*map(random_pair, range(NUMBER)), strict=True)
        ends.source.run("".join(sources))
        ends.target.run("".join(targets))
        theirs, before = positions(ends.source, names), positions(ends.target, names)
        options = ("--margin", str(margin), "--format", "json")
        done = pgseq("sync", *ends.dsns, "--yes", "--max-jump", "100%", *options)
        assert done.code == 0, done.out
        told = sequences(done)
        assert pgseq("sync", *ends.dsns, "--verify-only", *options).code == 0
        again = sequences(pgseq("sync", *ends.dsns, "--yes", *options))
        assert {one.get("applied") for one in again.values()} == {None}, "the margin does not creep"
        with ends.target.connect() as connection:
            for number, name in enumerate(names):
                increment, cache = told[name]["increment"], told[name]["cache"]
                stored = {value for (value,) in connection.execute(f"SELECT id FROM t{number}".encode())}
                bar = handed_out(theirs[name], increment) + margin * increment
                coming = handed_out(before[name], increment) + increment
                way = range(coming, 100001 if increment > 0 else -100001, increment)
                taken = [n for n in way if n in stored or (n <= bar if increment > 0 else n >= bar)]
                wanted = taken[-1] + increment if taken else coming
                assert (told[name].get("applied", {}).get("result") == "moved") == bool(taken), name
                ((now,),) = connection.execute(f"SELECT nextval('{name}')".encode()).fetchall()
                assert now in range(wanted, wanted + cache * increment, increment), name


def positions(database: Database, names: Iterable[str]) -> dict[str, tuple[int, bool]]:
    """last_value and is_called of many, by name."""
    question = " UNION ALL ".join(f"SELECT '{name}', last_value, is_called FROM {name}" for name in names)
    return {name: (last_value, is_called) for name, last_value, is_called in database.rows(question)}


def handed_out(stands: tuple[int, bool], increment: int) -> int:
    """The last value handed out by a sequence that stands there."""
    last_value, is_called = stands
    return last_value if is_called else last_value - increment


def test_of_every_kind(servers: Servers, pgseq: Pgseq) -> None:
    """Serial, identity, unowned, standalone, named as text; another schema; names that have to be quoted."""
    script = """
        CREATE TABLE serials (id serial); CREATE TABLE identities (id int GENERATED ALWAYS AS IDENTITY);
        CREATE SEQUENCE unowned_ids; CREATE TABLE unowned (id int DEFAULT nextval('unowned_ids'));
        CREATE SEQUENCE standalone; CREATE SEQUENCE text_ids;
        CREATE TABLE texts (id int DEFAULT nextval('public.text_ids'::text));
        CREATE SCHEMA "Sales's"; CREATE TABLE "Sales's"."Order""s" (id serial);
        CREATE SEQUENCE never_called START 1000;
    """
    used = """
        INSERT INTO serials SELECT FROM generate_series(1, 5); INSERT INTO identities SELECT FROM generate_series(1, 6);
        INSERT INTO unowned SELECT FROM generate_series(1, 7); INSERT INTO texts SELECT FROM generate_series(1, 8);
        INSERT INTO "Sales's"."Order""s" SELECT FROM generate_series(1, 9);
        SELECT nextval('standalone') FROM generate_series(1, 10);
    """
    with both_ends(servers, 12, 18) as ends:
        ends.run(script)
        ends.source.run(used)
        done = pgseq("sync", *ends.dsns, "--yes")
        assert done.code == 0, done.out
        expected = {"serials_id_seq": 5, "identities_id_seq": 6, "unowned_ids": 7, "text_ids": 8, "standalone": 10}
        for name, last_value in expected.items():
            assert position(ends.target, name) == (last_value, True), name
        assert position(ends.target, '"Sales\'s"."Order""s_id_seq"') == (9, True)
        assert position(ends.target, "never_called") == (1000, False)
        assert ends.target.value("INSERT INTO identities DEFAULT VALUES RETURNING id") == 7


def test_never_backwards(ends: Ends, pgseq: Pgseq) -> None:
    ends.target.run("SELECT setval('users_id_seq', 5000)")
    done = pgseq("sync", *ends.dsns, "--yes", "--format", "json")
    assert done.code == 0
    assert "applied" not in sequences(done)["users_id_seq"]
    assert position(ends.target) == (5000, True)


def test_a_stray_id_on_the_target(ends: Ends, pgseq: Pgseq) -> None:
    """At least the source's position is reached; to go beyond the stray id is left to the user, as by a fix."""
    ends.target.run("INSERT INTO users VALUES (2000000000)")
    done = pgseq("sync", *ends.dsns, "--yes")
    assert done.code == 1
    assert "PGS005" in done.out
    assert position(ends.target) == (100, True)
    assert pgseq("sync", *ends.dsns, "--yes", "--max-jump", "100%").code == 0
    assert position(ends.target) == (2000000000, True)


def test_what_is_not_moved_says_when_it_collides(ends: Ends, pgseq: Pgseq) -> None:
    """Also where the first stored value ahead is not asked for of what is moved."""
    ends.run("CREATE TABLE others (id serial PRIMARY KEY)")
    ends.source.run("SELECT setval('others_id_seq', 30)")
    ends.target.run("SELECT setval('users_id_seq', 200); INSERT INTO users VALUES (208), (2000000000)")
    done = pgseq("sync", *ends.dsns, "--yes")
    assert done.code == 1
    assert re.search(r"users_id_seq +101 +201 +0 +fails after 7 inserts", done.out)
    assert position(ends.target) == (200, True)
    assert position(ends.target, "others_id_seq") == (30, True)


@pytest.mark.parametrize("lock", ["table", "none"])
def test_dense_rows_on_the_target_cost_nothing(lock: str, ends: Ends, pgseq: Pgseq) -> None:
    """Beyond the source's position as well: what is stored is not given up."""
    ends.run("CREATE TABLE tiny (id smallserial PRIMARY KEY, name text)")
    ends.source.run("SELECT setval('tiny_id_seq', 500)")
    ends.target.run("INSERT INTO tiny SELECT generate_series(1, 9000); INSERT INTO tiny VALUES (30000)")
    assert pgseq("sync", *ends.dsns, "-t", "tiny", "--yes", "--lock", lock).code == 1
    assert position(ends.target, "tiny_id_seq") == (500, True)
    ends.target.run("DELETE FROM tiny WHERE id = 30000")
    assert pgseq("sync", *ends.dsns, "-t", "tiny", "--yes", "--lock", lock).code == 0
    assert position(ends.target, "tiny_id_seq") == (9000, True)


def test_dense_rows_beyond_the_source_s_position(ends: Ends, pgseq: Pgseq) -> None:
    ends.run("CREATE TABLE tiny (id smallserial PRIMARY KEY, name text)")
    ends.source.run("SELECT setval('tiny_id_seq', 500)")
    ends.target.run("INSERT INTO tiny SELECT generate_series(1, 9000)")
    planned = sequences(pgseq("sync", *ends.dsns, "-t", "tiny", "--dry-run", "--format", "json"))
    assert planned["tiny_id_seq"]["fix"]["next_value"] == 9001
    assert pgseq("sync", *ends.dsns, "-t", "tiny", "--yes").code == 0
    assert position(ends.target, "tiny_id_seq") == (9000, True)


def test_what_cannot_be_followed(ends: Ends, pgseq: Pgseq) -> None:
    ends.source.run(
        "CREATE SEQUENCE wide; SELECT setval('wide', 3000000000); CREATE SEQUENCE other INCREMENT -1;"
        "CREATE SEQUENCE turned MAXVALUE 100 CYCLE; SELECT setval('turned', 5)"
    )
    ends.target.run(
        "CREATE SEQUENCE wide AS integer; CREATE SEQUENCE other; CREATE SEQUENCE turned MAXVALUE 100 CYCLE;"
        "SELECT setval('turned', 50)"
    )
    done = pgseq("sync", *ends.dsns, "--yes")
    assert done.code == 1
    for text in (
        "it ends at 2147483647, and the source's values go up to 3000000000",
        "ALTER SEQUENCE … AS bigint or MAXVALUE",
        "it counts the other way than public.other on the source (increment -1)",
        "CYCLE: the source stands at 5 and may have begun anew; the target is ahead",
    ):
        assert text in done.out
    assert position(ends.target) == (100, True), "one that cannot be followed does not stop the others"
    assert position(ends.target, "turned") == (50, True)
    ends.target.run("ALTER SEQUENCE wide AS bigint; DROP SEQUENCE other")
    assert pgseq("sync", *ends.dsns, "--yes").code == 0
    assert position(ends.target, "wide") == (3000000000, True)


def test_an_ignored_finding_does_not_leave_a_sequence_behind(ends: Ends, pgseq: Pgseq, tmp_path: Path) -> None:
    """Its column cannot be compared with it, and the numbers that the source has printed must not come again."""
    ends.run("CREATE SEQUENCE inv_seq; CREATE TABLE invoices (no text DEFAULT 'INV-' || nextval('inv_seq'))")
    ends.source.run("SELECT setval('inv_seq', 90000)")
    ends.target.run("INSERT INTO invoices VALUES ('INV-1')")
    (tmp_path / "pgseq.toml").write_text('[[ignore]]\ncode = "PGS007"\nreason = "compared by hand"\n')
    looked = pgseq("sync", *ends.dsns, "--verify-only", "-t", "invoices")
    assert looked.code == 1
    assert "ignored: compared by hand, behind, unknown" in looked.out
    assert "0 not behind the source, 1 behind; 1 ignored" in looked.out
    assert pgseq("sync", *ends.dsns, "--yes").code == 0
    assert ends.target.value("INSERT INTO invoices DEFAULT VALUES RETURNING no") == "INV-90001"


# What is missing, renamed, different


def test_missing_sequences_are_created(ends: Ends, pgseq: Pgseq) -> None:
    script = "CREATE TABLE {0} (id int{1}); CREATE TABLE log (n int{2})"
    ends.source.run(
        script.format("events", " GENERATED ALWAYS AS IDENTITY", "")
        + '; CREATE SEQUENCE "No" AS smallint INCREMENT 5 MAXVALUE 500 CACHE 3 CYCLE;'
        'CREATE SCHEMA "New one"; CREATE UNLOGGED SEQUENCE "New one".s;'
        "CREATE SEQUENCE log_n OWNED BY log.n; ALTER TABLE log ALTER n SET DEFAULT nextval('log_n')"
    )
    ends.target.run(script.format("events", " NOT NULL", "") + "; CREATE SEQUENCE only_here")
    verified = pgseq("sync", *ends.dsns, "--verify-only")
    assert "on the source alone, feeding columns there: public.events_id_seq, public.log_n" in verified.out
    assert 'on the source alone: public."No", "New one".s' in verified.out
    assert "on the target alone: public.only_here" in verified.out
    ddl = pgseq("sync", *ends.dsns, "--create-missing")
    assert (ddl.code, ddl.err) == (0, "4 sequences of the source not on the target\n")
    assert psql(ends.target.dsn, "-v", "ON_ERROR_STOP=1", input=ddl.out).code == 0
    defined = "SELECT seqtypid::regtype, seqstart, seqincrement, seqmin, seqmax, seqcache, seqcycle FROM pg_sequence"
    for name in ("events_id_seq", '"No"', "log_n", '"New one".s'):
        of = f"{defined} WHERE seqrelid = '{name}'::regclass"
        assert ends.target.rows(of) == ends.source.rows(of)
    assert ends.target.value("SELECT relpersistence FROM pg_class WHERE relname = 's'") == "u"
    assert (
        ends.target.value("SELECT attidentity FROM pg_attribute WHERE attrelid = 'events'::regclass AND attnum = 1")
        == "a"
    )
    after = pgseq("sync", *ends.dsns, "--verify-only", "--format", "json").json()["databases"][0]
    assert (after["missing_on_target"], after["missing_on_source"]) == (
        [],
        [{"schema": "public", "name": "only_here"}],
    )


def test_an_application_s_own_sequence_that_only_the_source_has(ends: Ends, pgseq: Pgseq) -> None:
    """It feeds no column: what it has handed out is lost with it, and one made anew begins at 1."""
    ends.source.run("CREATE SEQUENCE invoice_no; CREATE SEQUENCE never_drawn; SELECT setval('invoice_no', 1000)")
    assert pgseq("sync", *ends.dsns, "--yes").code == 3
    done = pgseq("sync", *ends.dsns, "--verify-only")
    assert done.code == 3
    assert "on the source alone, drawn from by an application: public.invoice_no\n" in done.out
    assert "on the source alone: public.never_drawn\n" in done.out
    assert pgseq("sync", *ends.dsns, "--verify-only", "-T", "invoice_no").code == 0
    ddl = pgseq("sync", *ends.dsns, "--create-missing")
    assert psql(ends.target.dsn, "-v", "ON_ERROR_STOP=1", input=ddl.out).code == 0
    assert pgseq("sync", *ends.dsns, "--yes").code == 0
    assert ends.target.value("SELECT nextval('invoice_no')") == 1001


def test_renamed(ends: Ends, pgseq: Pgseq, tmp_path: Path) -> None:
    """The one that feeds the same column is found; any other is named, on the command line or in the configuration."""
    ends.target.run("ALTER SEQUENCE users_id_seq RENAME TO user_ids; CREATE SEQUENCE new_no; CREATE SEQUENCE newer_no")
    ends.source.run(
        "CREATE SEQUENCE old_no; SELECT setval('old_no', 70); CREATE SEQUENCE older_no; SELECT setval('older_no', 80)"
    )
    (tmp_path / "pgseq.toml").write_text('[map]\n"public.old_no" = "public.new_no"\n')
    done = pgseq("sync", *ends.dsns, "--yes", "--map", "public.older_no=public.newer_no")
    assert done.code == 0, done.err
    names = ("user_ids", "new_no", "newer_no")
    assert [position(ends.target, name)[0] for name in names] == [100, 70, 80]
    shown = pgseq("sync", *ends.dsns, "--verify-only", "-v")
    assert "goes on from public.users_id_seq (it feeds the same column)" in shown.out
    assert "goes on from public.old_no (as laid down)" in shown.out
    wrong = pgseq("sync", *ends.dsns, "--yes", "--map", "public.nothing=public.new_no")
    assert wrong.code == 2
    assert "public.nothing, which a map names, is not on the source" in wrong.err


def test_differences(ends: Ends, pgseq: Pgseq) -> None:
    ends.target.run("ALTER SEQUENCE users_id_seq AS bigint INCREMENT 10 CACHE 5")
    one = sequences(pgseq("sync", *ends.dsns, "--verify-only", "--format", "json"))["users_id_seq"]
    assert one["differences"] == [
        "type: integer on the source, bigint on the target",
        "increment: 1 on the source, 10 on the target",
        "MAXVALUE: 2147483647 on the source, 9223372036854775807 on the target",
        "CACHE: 1 on the source, 5 on the target",
    ]


# Ways of asking


def test_the_document(ends: Ends, pgseq: Pgseq) -> None:
    """That of a check, with the source beside each sequence; keys without a sequence are not looked for."""
    done = pgseq("sync", *ends.dsns, "--yes", "--format", "json")
    (database,) = done.json()["databases"]
    (one,) = database["sequences"]
    beside = {name: one.pop(name) for name in ("source", "lag", "differences")}
    assert beside == {
        "source": {"schema": "public", "name": "users_id_seq", "last_value": 100, "is_called": True, "next_value": 101},
        "lag": 0,
        "differences": [],
    }
    assert one["applied"]["result"] == "moved"
    place = {key: database["source"].pop(key) for key in ("host", "port", "server_time", "system_identifier")}
    assert (place["host"], place["port"]) == (str(ends.source.server.embedded.folder), ends.source.server.embedded.port)
    assert {name: database.pop(name) for name in ("source", "missing_on_target", "missing_on_source")} == {
        "source": {
            "database": ends.source.name,
            "server_version": ends.source.value("SHOW server_version").partition(" ")[0],
            "in_recovery": False,
            "read_only": False,
            "exempt_roles": [],
            "other_sessions": 0,
        },
        "missing_on_target": [],
        "missing_on_source": [],
    }
    schema = json.loads((ROOT / "docs" / "check.schema.json").read_text("utf-8"))
    Draft202012Validator(schema).validate(done.json() | {"databases": [database | {"keys": []}]})


def test_csv_and_markdown(ends: Ends, pgseq: Pgseq) -> None:
    (looked,) = csv.DictReader(io.StringIO(pgseq("sync", *ends.dsns, "--verify-only", "--format", "csv").out))
    assert (looked["source_last_value"], looked["lag"], looked["fix_next_value"]) == ("100", "100", "101")
    done = pgseq("sync", *ends.dsns, "--yes", "--format", "markdown")
    assert done.code == 0
    assert "| `public.users_id_seq` | 101 | 101 | 0 | moved 1 → 100 |  |\n" in done.out
    here = f"WHERE pg_catalog.current_database() = '{ends.target.name}'"
    assert f"```sql\nSELECT pg_catalog.setval('public.users_id_seq', 1, false) {here};\n```\n" in done.out


def test_looking_changes_nothing(ends: Ends, pgseq: Pgseq) -> None:
    for option in ("--dry-run", "--verify-only", "--sql", "--create-missing"):
        assert pgseq("sync", *ends.dsns, option).code == (0 if option == "--create-missing" else 1)
    assert position(ends.target) == (1, False)


def test_the_plan_is_what_the_script_says(ends: Ends, pgseq: Pgseq) -> None:
    planned = pgseq("sync", *ends.dsns, "--dry-run", "-v")
    script = pgseq("sync", *ends.dsns, "--sql")
    statement = script.out.partition("  FROM (\n")[2].partition("\n) AS step")[0]
    assert statement
    assert statement in planned.out
    assert psql(ends.target.dsn, "-v", "ON_ERROR_STOP=1", input=script.out).code == 0
    assert position(ends.target) == (100, True)
    assert psql(ends.target.dsn, "-v", "ON_ERROR_STOP=1", input=script.out).code == 0
    assert position(ends.target) == (100, True)


def test_the_next_command(ends: Ends, pgseq: Pgseq) -> None:
    """The last line can be pasted into a shell; no password is in it."""
    source, target = (make_conninfo(dsn, password="secret") for dsn in ends.dsns)
    done = pgseq("sync", source, target, "--verify-only", "--margin", "5", "-t", "users")
    command = done.out.splitlines()[-1]
    assert command.startswith("→ pgseq sync ")
    assert command.endswith(" -t users --margin 5")
    assert "secret" not in done.out
    words = shlex.split(command)[2:]
    assert pgseq(*words, "--yes").code == 0
    assert position(ends.target) == (105, True)


def test_undo(ends: Ends, pgseq: Pgseq) -> None:
    assert pgseq("sync", *ends.dsns, "--yes", "--undo-file", "moves.jsonl").code == 0
    assert pgseq("undo", "moves.jsonl", ends.target.dsn, "--yes").code == 0
    assert position(ends.target) == (1, False)


@pytest.mark.parametrize(("typed", "code", "last_value"), [("y\n", 0, 100), ("n\n", 1, 1)])
def test_the_question(typed: str, code: int, last_value: int, ends: Ends, tmp_path: Path) -> None:
    done = on_terminal(tmp_path, "sync", *ends.dsns, answers=(("Apply 1 change? [y/N] ", typed),), columns=200)
    assert (done.code, position(ends.target)[0]) == (code, last_value)
    assert ("Nothing was changed." in done.out) == (code == 1)


def test_selection(ends: Ends, pgseq: Pgseq) -> None:
    ends.run("CREATE SEQUENCE others")
    ends.source.run("SELECT setval('others', 9); CREATE SEQUENCE there_alone")
    done = pgseq("sync", *ends.dsns, "--yes", "-t", "users")
    assert "there_alone" not in done.out
    assert [position(ends.target, name)[0] for name in ("users_id_seq", "others")] == [100, 1]
    assert pgseq("sync", *ends.dsns, "--yes", "-t", "nothing").code == 2


# Who may what


def test_rights(ends: Ends, pgseq: Pgseq) -> None:
    """Different owners: each right that lacks is named, and given makes it go on."""
    with (
        new_role(ends.source) as reader,
        new_role(ends.target, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}") as writer,
    ):
        ends.target.run(f'GRANT SELECT ON SEQUENCE users_id_seq TO "{writer.name}"')
        unseen = pgseq("sync", reader.dsn, writer.dsn, "--yes")
        hint = f"GRANT SELECT ON SEQUENCE public.users_id_seq TO {reader.sql}"
        assert (unseen.code, hint in unseen.out) == (3, True), unseen
        ends.source.run(hint)
        refused = pgseq("sync", reader.dsn, writer.dsn, "--yes")
        hint = f"GRANT UPDATE ON SEQUENCE public.users_id_seq TO {writer.sql}"
        assert (refused.code, hint in refused.out) == (1, True), refused
        ends.target.run(hint)
        assert pgseq("sync", reader.dsn, writer.dsn, "--yes", "--lock", "none").code == 0
    assert position(ends.target) == (100, True)


def test_a_standby_as_the_source(servers: Servers, ends: Ends, pgseq: Pgseq) -> None:
    primary = ends.source.server
    with standby(primary) as replica:
        catch_up(primary, replica)
        done = pgseq("sync", replica.dsn(ends.source.name), ends.target.dsn, "--yes")
        assert done.code == 0, done
        assert "The source is a standby: it may be behind its primary" in done.out
        refused = pgseq("sync", ends.target.dsn, replica.dsn(ends.source.name), "--yes")
        assert (refused.code, "which takes no writes" in refused.err) == (2, True)
    assert position(ends.target)[0] >= 100


def test_both_the_same(ends: Ends, pgseq: Pgseq) -> None:
    over_tcp = ends.source.server.tcp(ends.source.name)
    done = pgseq("sync", ends.source.dsn, over_tcp, "--yes")
    assert (done.code, done.err) == (
        2,
        "pgseq: error: source and target are the same database\n"
        f"hint: pgseq fix -d {shlex.quote(over_tcp)} moves what is behind its own rows\n",
    )


def test_both_the_same_whatever_the_time_zone(ends: Ends, pgseq: Pgseq) -> None:
    with new_role(ends.source, "ALTER ROLE {role} SET timezone = 'Asia/Kolkata'") as other:
        done = pgseq("sync", ends.source.dsn, other.dsn, "--verify-only")
    assert (done.code, "are the same database" in done.err) == (2, True), done


def test_whether_it_is_the_last_word(ends: Ends, pgseq: Pgseq) -> None:
    """A role's own setting beats the database's; sessions of pgseq only read."""

    def told() -> str:
        return pgseq("sync", *ends.dsns, "--verify-only").out

    name, admin = ends.source.name, ends.source.server.admin
    last, setting = "no other session is left there: this is its last word", "default_transaction_read_only"
    with new_role(ends.source) as app:
        assert "The source takes writes" in told()
        admin(f"ALTER DATABASE {name} SET {setting} = on")
        with ends.source.connect(application_name="pgseq"):
            assert last in told()
        with ends.source.connect():
            assert "1 other session may still write" in told()
        for scope, value, said in (
            ("", "off", f"The source is read-only, but not for {app.sql}, whose own "),
            (f"IN DATABASE {name}", "on", last),
            (f"IN DATABASE {name}", "no", f"not for {app.sql}, whose own "),
        ):
            admin(f"ALTER ROLE {app.sql} {scope} SET {setting} = {value}")
            assert said in told()
        admin(f"ALTER ROLE {app.sql} NOLOGIN")
        assert last in told()
        admin(f"ALTER DATABASE {name} RESET {setting}")


def test_who_cannot_be_reached_is_named(ends: Ends, pgseq: Pgseq) -> None:
    wrong = make_conninfo(ends.source.dsn, dbname="nowhere", password="secret")
    for which, dsns in (("source", (wrong, ends.target.dsn)), ("target", (ends.source.dsn, wrong))):
        done = pgseq("sync", *dsns, "--yes")
        assert done.code == 2
        assert done.err.startswith(f"pgseq: error: {which}: ")
        assert "secret" not in done.err


@pytest.mark.parametrize(
    "options",
    [
        ("--yes", "--dry-run"),
        ("--watch",),
        ("--watch", "--yes", "--format", "json"),
        ("--until-equal", "--yes", "--format", "csv"),
        ("--sql", "--format", "json"),
        (),
    ],
)
def test_what_does_not_go_together(options: tuple[str, ...], ends: Ends, pgseq: Pgseq) -> None:
    assert pgseq("sync", *ends.dsns, *options).code == 2
    assert position(ends.target) == (1, False)


def test_a_table_that_is_held(ends: Ends, pgseq: Pgseq) -> None:
    """It is reported with who holds it, and stops nothing else."""
    ends.run("CREATE SEQUENCE others")
    ends.source.run("SELECT setval('others', 9)")
    with ends.target.connect(autocommit=False, application_name="import") as holder:
        holder.execute("INSERT INTO users VALUES (1)")
        told = f"public.users is locked by pid {holder.info.backend_pid} (import)"
        done = pgseq("sync", *ends.dsns, "--yes", "--lock-timeout", "100ms")
    assert done.code == 1
    assert told in done.out
    assert [position(ends.target, name)[0] for name in ("users_id_seq", "others")] == [1, 9]


@pytest.mark.parametrize("tables", [1, 3])
@pytest.mark.parametrize(
    ("option", "lock", "told"),
    [
        ("--verify-only", "ACCESS EXCLUSIVE", "before everything was looked at"),
        ("--yes", "ROW EXCLUSIVE", "after 0 of {} change{}; run it again for the rest"),
    ],
)
def test_interrupted_while_it_waits(option: str, lock: str, told: str, tables: int, ends: Ends, tmp_path: Path) -> None:
    """It ends at once, whether one session is at work or several."""
    for number in range(1, tables):
        ends.run(f"CREATE TABLE t{number} (id serial)")
        ends.source.run(f"SELECT setval('t{number}_id_seq', 7)")
    with ends.target.connect(autocommit=False) as holder:
        for name in ("users", *(f"t{number}" for number in range(1, tables))):
            holder.execute(f"LOCK TABLE {name} IN {lock} MODE")
        with syncing(tmp_path, *ends.dsns, option, "--lock-timeout", "20s", "-j", "2") as running:
            wait_for(ends.target, WAITING)
            running.send_signal(signal.SIGINT)
            asked = time.monotonic()
            _, errors = running.communicate(timeout=10)
            took = time.monotonic() - asked
            assert took < at_once()
    message = told.format(tables, "" if tables == 1 else "s")
    assert (running.returncode, errors) == (130, f"pgseq: interrupted {message}\n")
    assert position(ends.target) == (1, False)


@pytest.mark.parametrize("lock", ["table", "none"])
@pytest.mark.slow
def test_beside_writers_on_both_sides(lock: str, ends: Ends, pgseq: Pgseq) -> None:
    """However often it is run and whoever draws meanwhile: no sequence of the target goes back."""
    ends.run("CREATE SEQUENCE countdown INCREMENT -1")
    draws = ("INSERT INTO users DEFAULT VALUES RETURNING id", "SELECT nextval('countdown')")
    with (
        clerks(ends.source, draws, count=2) as there,
        clerks(ends.target, draws, count=2) as here,
        watched(ends.target, {"users_id_seq": 1, "countdown": -1}) as back,
    ):
        for _ in range(3):
            pgseq("sync", *ends.dsns, "--yes", "--lock", lock)
    assert back == []
    assert [clerk.errors for clerk in (*there, *here)] == [[]] * 4
    assert pgseq("sync", *ends.dsns, "--yes").code == 0
    assert max(returned(there)[draws[0]]) <= position(ends.target)[0]


# Watching


def test_until_equal(ends: Ends, pgseq: Pgseq) -> None:
    done = pgseq("sync", *ends.dsns, "--until-equal", "--yes", "--interval", "100ms")
    assert done.code == 0
    first, second, *_ = done.out.splitlines()
    assert " pass 1: 1 sequence moved, public.users_id_seq the furthest, by 100 values; 1 not behind" in first
    assert " pass 2: 0 sequences moved; " in second
    assert "✓ public.users.id  moved 1 → 100  next 101\n" in done.out
    assert position(ends.target) == (100, True)


def test_a_watch_outlives_its_sessions(ends: Ends, tmp_path: Path) -> None:
    """A cut ends every session of the source, the watch's own included: it connects again."""
    with syncing(tmp_path, *ends.dsns, "--watch", "--verify-only", "--interval", "50ms") as watching:
        assert watching.stdout is not None
        assert "pass 1: " in watching.stdout.readline()
        ends.source.server.admin(f"ALTER DATABASE {ends.source.name} ALLOW_CONNECTIONS false")
        assert "source: " in _next(watching, "trying again")
        ends.source.server.admin(f"ALTER DATABASE {ends.source.name} ALLOW_CONNECTIONS true")
        _next(watching, "1 behind")
        watching.send_signal(signal.SIGINT)
        output, errors = watching.communicate(timeout=5)
    assert (watching.returncode, errors) == (1, "")
    assert "public.users_id_seq" in output


def _next(watching: subprocess.Popen[str], text: str) -> str:
    """The next line that holds a text."""
    assert watching.stdout is not None
    return next(line for line in watching.stdout if text in line)


def test_a_watch_ends_when_the_source_stays_away(ends: Ends, pgseq: Pgseq) -> None:
    gone = make_conninfo(ends.source.dsn, dbname="nowhere")
    done = pgseq("sync", gone, ends.target.dsn, "--watch", "--yes", "--interval", "50ms")
    assert done.code == 2
    assert done.out.count("trying again") == 2
    assert done.err.startswith("pgseq: error: source: ")


def test_a_watch_that_fails_tells_what_it_moved(ends: Ends, tmp_path: Path) -> None:
    """With the statements that undo it: there is no other place where they are."""
    with syncing(tmp_path, *ends.dsns, "--watch", "--yes", "--interval", "50ms") as watching:
        assert watching.stdout is not None
        assert "pass 1: 1 sequence moved" in watching.stdout.readline()
        ends.source.server.admin(f"ALTER DATABASE {ends.source.name} ALLOW_CONNECTIONS false")
        output, errors = watching.communicate(timeout=20)
    ends.source.server.admin(f"ALTER DATABASE {ends.source.name} ALLOW_CONNECTIONS true")
    assert watching.returncode == 2
    assert errors.startswith("pgseq: error: source: ")
    assert "✓ public.users.id  moved 1 → 100  next 101\n" in output
    assert "setval('public.users_id_seq', 1, false) WHERE " in output


def test_a_watch_on_a_terminal(ends: Ends, tmp_path: Path) -> None:
    done = on_terminal(
        tmp_path,
        "sync",
        *ends.dsns,
        "--watch",
        "--yes",
        "--interval",
        "100ms",
        answers=(("pass 3: ", "\x03"),),
        columns=120,
    )
    assert done.code == 0
    assert "Ctrl-C ends it" in done.out
    assert "Traceback" not in done.out
    assert position(ends.target) == (100, True)
