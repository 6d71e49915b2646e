"""The commands of `pgseq guard` as a shell sees them."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.support.clients import psql
from tests.support.commandline import Pgseq, environment, executable
from tests.support.database import Database, fresh_database
from tests.support.roles import new_role
from tests.support.subscriber import subscriber
from tests.support.terminal import on_terminal

USERS = """
CREATE TABLE "Users" (id serial PRIMARY KEY, name text);
INSERT INTO "Users" (name) VALUES ('a'), ('b');
"""
IDENTITY = """SELECT attidentity FROM pg_attribute WHERE attrelid = '"Users"'::regclass AND attname = 'id'"""
CHANGING = ("identity", "trigger", "ownership", "remove")


@pytest.fixture
def users(database: Database) -> Database:
    """A database with one serial column."""
    database.run(USERS)
    return database


def run_script(database: Database, file: Path) -> str:
    """Run a script; all that psql says."""
    done = psql(database.dsn, "-q", "-f", file)
    assert done.code == 0
    return "".join(line for line in (done.out + done.err).splitlines(keepends=True) if not line.endswith(": done\n"))


def test_plan_says_what_fits_and_why(users: Database, pgseq: Pgseq) -> None:
    users.run(
        "CREATE SEQUENCE order_no; CREATE TABLE orders (no text PRIMARY KEY DEFAULT nextval('order_no'));"
        "CREATE TABLE fine (id int GENERATED ALWAYS AS IDENTITY);"
        "CREATE TABLE behind (id serial PRIMARY KEY); INSERT INTO behind VALUES (1)"
    )
    done = pgseq("guard", "plan", users.dsn)
    assert (done.code, done.err) == (1, "")
    assert done.out.index("public.behind.id") < done.out.index('public."Users".id')
    assert (
        "does not fit: public.behind_id_seq is out of sync\n"
        f"               first  pgseq fix -d '{users.dsn}' -t public.behind\n" in done.out
    )
    assert f"    pgseq guard identity -d '{users.dsn}' -t 'public.\"Users\"'\n" in done.out
    taken = [f"    pgseq guard {name} -d '{users.dsn}' -t public.orders\n" for name in ("ownership", "trigger")]
    assert "".join(taken) in done.out
    assert "OVERRIDING SYSTEM VALUE" in done.out
    assert "COPY and logical replication still store the ids" in done.out
    assert "fine" not in done.out
    assert "1 column guarded already" in done.out
    columns = {
        one["table"]: one
        for one in pgseq("guard", "plan", users.dsn, "--format", "json").json()["databases"][0]["columns"]
    }
    assert [way["fit"] for way in columns["Users"]["ways"]] == ["done", "fits", "fits"]
    assert columns["Users"]["chosen"] == ["identity"]
    assert columns["orders"]["chosen"] == ["ownership", "trigger"]
    assert columns["fine"]["chosen"] == []
    assert pgseq("guard", "plan", users.dsn, "-t", "fine").code == 0
    assert users.value("SELECT to_regnamespace('pgseq')") is None


def test_plan_of_a_subscriber(users: Database, pgseq: Pgseq) -> None:
    with subscriber(users, USERS.split(";")[0]) as target:
        done = pgseq("guard", "plan", target.dsn)
        assert 'subscription everything fills public."Users"' in done.out
        assert "at the cut-over (sync)" in done.out
        with new_role(target, "GRANT SELECT ON ALL TABLES IN SCHEMA public TO {role}") as reader:
            assert 'subscription everything fills public."Users"' in pgseq("guard", "plan", reader.dsn).out


@pytest.mark.parametrize("command", CHANGING)
def test_nobody_to_ask(command: str, users: Database, pgseq: Pgseq) -> None:
    done = pgseq("guard", command, users.dsn, input="y\n")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("pgseq: error: there is no terminal to ask on\nhint: --yes ")


@pytest.mark.parametrize("command", CHANGING)
def test_help_has_an_example(command: str, pgseq: Pgseq) -> None:
    done = pgseq("guard", command, "--help", env={"COLUMNS": "160"})
    assert done.code == 0
    assert f"pgseq guard {command} app" in done.out


@pytest.mark.slow
def test_dry_run_changes_nothing(users: Database, pgseq: Pgseq) -> None:
    for command in ("identity", "trigger"):
        done = pgseq("guard", command, users.dsn, "--dry-run")
        assert (done.code, done.err) == (1, "")
        assert "Nothing was changed.\n" in done.out
        assert "BEGIN;\n" not in done.out
        assert "BEGIN;\n" in pgseq("guard", command, users.dsn, "--dry-run", "-v").out
        assert "\nchanges 1; -v shows the SQL, --sql FILE writes it\n" in done.out
        assert "    lock: " in done.out
        assert "    effect: " in done.out
    assert users.value(IDENTITY) == ""
    assert users.value("SELECT to_regnamespace('pgseq')") is None


def test_identity_and_its_reverse_script(users: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    undo = tmp_path / "undo.sql"
    done = pgseq("guard", "identity", users.dsn, "--yes", "--undo-file", undo)
    assert (done.code, done.err) == (0, "")
    assert 'identity  public."Users".id  done\n' in done.out
    assert f"To undo: psql -X -d '{users.dsn}' -f {undo}\n" in done.out
    assert users.value(IDENTITY) == "a"
    again = pgseq("guard", "identity", users.dsn, "--yes")
    assert (again.code, "Nothing to do." in again.out) == (0, True)
    assert run_script(users, undo) == ""
    assert users.value(IDENTITY) == ""
    assert users.value("""INSERT INTO "Users" (name) VALUES ('c') RETURNING id""") == 3
    assert pgseq("guard", "identity", users.dsn, "--yes", "--by-default", "-q").out.startswith("To undo:\n")
    assert users.value(IDENTITY) == "d"


@pytest.mark.parametrize("command", ["identity", "trigger"])
@pytest.mark.slow
def test_scripts_do_the_same(command: str, users: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    forward, back = tmp_path / "forward.sql", tmp_path / "back.sql"
    done = pgseq("guard", command, users.dsn, "--sql", forward, "--undo-file", back)
    assert (done.code, done.out, done.err) == (1, "", f"1 change in {forward}, 0 refused\n")
    assert pgseq("guard", command, users.dsn, "--sql").out == forward.read_text("utf-8")
    assert run_script(users, forward) == ""
    checked = pgseq("guard", command, users.dsn, "--yes")
    assert "Nothing to do." in checked.out
    assert run_script(users, back) == ""
    assert users.value(IDENTITY) == ""
    assert users.value("SELECT to_regnamespace('pgseq')") is None


@pytest.mark.slow
def test_trigger_status_remove(users: Database, pgseq: Pgseq) -> None:
    assert "No guard triggers." in pgseq("guard", "status", users.dsn).out
    done = pgseq("guard", "trigger", users.dsn, "--yes")
    assert (done.code, done.err) == (0, "")
    assert 'trigger  public."Users".id  done\n' in done.out
    assert "DROP TRIGGER" in done.out
    users.run("""INSERT INTO "Users" VALUES (9, 'x')""")
    assert users.value("""INSERT INTO "Users" (name) VALUES ('c') RETURNING id""") == 10
    intact = pgseq("guard", "status", users.dsn, "--format", "json")
    (guard,) = intact.json()["databases"][0]["guards"]
    assert (intact.code, guard["intact"], guard["sequence"]) == (0, True, 'public."Users_id_seq"')
    users.run('ALTER TABLE "Users" DISABLE TRIGGER USER')
    broken = pgseq("guard", "status", users.dsn)
    assert broken.code == 1
    assert 'on public."Users" it is disabled' in broken.out
    document = pgseq("guard", "remove", users.dsn, "--yes", "--format", "json")
    assert document.code == 0
    (change,) = document.json()["databases"][0]["changes"]
    assert (change["what"], change["result"]) == ("removal", "done")
    assert users.value("SELECT to_regnamespace('pgseq')") is None


def test_refused_is_exit_1_with_the_reason(users: Database, pgseq: Pgseq) -> None:
    users.run("""INSERT INTO "Users" VALUES (9, 'x')""")
    done = pgseq("guard", "identity", users.dsn, "--yes")
    assert done.code == 1
    assert (
        '! identity  public."Users".id  refused\n    public."Users_id_seq" is out of sync\n    first  pgseq fix -d '
        in done.out
    )


@pytest.mark.parametrize(
    "options",
    [
        ("--yes", "--dry-run"),
        ("--sql", "--yes"),
        ("--sql", "--format", "json"),
        ("--sql", "--all"),
        ("--undo-file", "x", "--all", "--yes"),
    ],
)
def test_what_excludes_each_other(options: tuple[str, ...], users: Database, pgseq: Pgseq) -> None:
    done = pgseq("guard", "identity", users.dsn, *options)
    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 2


def test_no_such_table(users: Database, pgseq: Pgseq) -> None:
    done = pgseq("guard", "plan", users.dsn, "-t", "user")
    assert done.code == 2
    assert "matches user" in done.err


def test_several_databases(users: Database, pgseq: Pgseq) -> None:
    with fresh_database(users.server) as other:
        other.run(USERS)
        done = pgseq("guard", "identity", users.dsn, other.dsn, "--yes", "--format", "json")
        assert done.code == 0
        assert [len(one["changes"]) for one in done.json()["databases"]] == [1, 1]
        assert (users.value(IDENTITY), other.value(IDENTITY)) == ("a", "a")


@pytest.mark.parametrize(("typed", "code", "identity"), [("y\n", 0, "a"), ("n\n", 1, ""), ("\x03", 130, "")])
def test_the_question(typed: str, code: int, identity: str, users: Database, tmp_path: Path) -> None:
    done = on_terminal(tmp_path, "guard", "identity", users.dsn, answers=(("Apply 1 change? [y/N] ", typed),))
    assert done.code == code
    assert users.value(IDENTITY) == identity
    assert "Traceback" not in done.out


def test_interrupted_while_it_waits(users: Database, tmp_path: Path) -> None:
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'pgseq' AND wait_event_type = 'Lock'"
    with users.connect(autocommit=False) as holder:
        holder.execute('LOCK TABLE "Users" IN ROW EXCLUSIVE MODE')
        command = [executable(), "guard", "identity", users.dsn, "--yes", "--lock-timeout", "20s"]
        with subprocess.Popen(
            command, env=environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as process:
            while not users.value(waiting):
                time.sleep(0.02)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert "pgseq: interrupted after 0 of 1 change; run it again for the rest" in err
    assert "interrupted, it may be done or not" in out
    assert users.value(IDENTITY) == ""
    assert users.value("SELECT count(*) FROM pg_locks WHERE relation = '\"Users\"'::regclass") == 0


def test_a_read_only_database(users: Database, pgseq: Pgseq) -> None:
    done = pgseq("guard", "trigger", f"{users.dsn} options='-c default_transaction_read_only=on'", "--yes")
    assert done.code == 2
    assert "is set read-only" in done.err


def test_nothing_to_be_seen_downstream(users: Database, tmp_path: Path) -> None:
    """A reader that goes away is no error."""
    done = subprocess.run(
        f"{executable()} guard identity '{users.dsn}' --dry-run | head -1",
        shell=True,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
