"""`pgseq lint --run`: files on a throw-away database, judged by `check`, and nothing of it left behind."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.lint.test_cases import CASES, NAMES, expected
from tests.support.commandline import Completed, Pgseq, environment, executable
from tests.support.database import Server
from tests.support.lint_corpus import compare
from tests.unit.commands.lint.test_pages import OF_A_RUN, examples

TABLE = "CREATE TABLE users (id serial PRIMARY KEY, name text);\n"
#: Ids that no text shows.
HIDDEN = TABLE + "INSERT INTO users SELECT n, 'a' FROM unnest(array[3, 1, 2]) AS n;\n"


def scratches(server: Server) -> list[tuple[Any, ...]]:
    """The databases and roles of runs that are still there."""
    return server.admin(
        "SELECT datname FROM pg_database WHERE datname LIKE 'pgseq_scratch_%'"
        " UNION SELECT rolname FROM pg_roles WHERE rolname LIKE 'pgseq_scratch_%'"
    )


def findings(done: Completed) -> list[tuple[str, int, str, str, str]]:
    """File, line, code, severity and message of each finding."""
    return [
        (Path(file["file"]).name, one["line"], one["code"], one["severity"], one["message"])
        for file in done.json()["files"]
        for one in file["findings"]
    ]


def test_what_the_text_does_not_show(server: Server, pgseq: Pgseq, tmp_path: Path) -> None:
    (tmp_path / "1.sql").write_text(HIDDEN)
    (tmp_path / "2.sql").write_text("SELECT setval('users_id_seq', (SELECT max(id) FROM users));\n")
    assert pgseq("lint", "1.sql").code == 3
    done = pgseq("lint", "--run", "--scratch", server.dsn(), ".", "--format", "json")
    message = "out of sync once the file has run: public.users.id holds 3, and public.users_id_seq hands out 1 next"
    assert (done.code, findings(done)) == (1, [("1.sql", 2, "PGL012", "error", message)])
    (tmp_path / "1.sql").write_text(HIDDEN + (tmp_path / "2.sql").read_text())
    done = pgseq("lint", "--run", "--scratch", server.dsn(), "1.sql")
    assert (done.code, done.out) == (0, "1 file: no sequence is left behind\n")
    assert scratches(server) == []


@pytest.mark.parametrize("name", [name for name in NAMES if "load" not in expected(name)])
@pytest.mark.sampled(27)
def test_the_run_agrees_with_check(server: Server, pgseq: Pgseq, name: str) -> None:
    case = expected(name)
    if server.major < case.get("from", 0) or case.get("way_back"):
        pytest.skip("this server does not take it, or its way back is cut by hand")
    done = pgseq("lint", "--run", "--scratch", server.dsn(), CASES / name, "--format", "json")
    files = done.json()["files"]
    left = {
        f"{one['sequence']['schema']}.{one['sequence']['name']}"
        for file in files
        for one in file["findings"]
        if (one["code"], one["severity"]) == ("PGL012", "error")
    }
    assert left == set(case["behind"]) if len(files) == 1 else left >= set(case["behind"])


def test_what_failed_to_run_and_why(server: Server, pgseq: Pgseq, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text(
        "CREATE TABLE a (id serial, n no_such_type);\n"
        "CREATE TABLE b (id serial);\n"
        "ALTER TABLE b OWNER TO no_such_role;\n"
        "COPY no_such_table (id) FROM stdin;\n1\n2\n\\.\n"
        "COPY b FROM stdin;\n4\n5\n\\.\n"
        "BEGIN;\nSELECT 1/0;\nINSERT INTO b VALUES (70);\nCOMMIT;\n"
        "INSERT INTO b VALUES (${n});\n\\i other.sql\n"
        "BEGIN;\nINSERT INTO b VALUES (80);\n"
    )
    done = pgseq("lint", "--run", "--scratch", server.dsn(), "a.sql", "--format", "json")
    assert [(line, code, severity, message) for _, line, code, severity, message in findings(done)] == [
        (1, "PGL013", "unknown", 'not run: type "no_such_type" does not exist'),
        (3, "PGL013", "info", 'not run: role "no_such_role" does not exist'),
        (4, "PGL013", "unknown", 'not run: relation "no_such_table" does not exist'),
        (13, "PGL013", "unknown", "not run: division by zero"),
        (
            16,
            "PGL013",
            "unknown",
            'not run: syntax error at or near "$"; ${n} has no value: give it with --set NAME=VALUE',
        ),
        (17, "PGL013", "unknown", "not run: \\i other.sql is not followed: give that file, too"),
        (
            19,
            "PGL012",
            "error",
            "out of sync once the file has run: public.b.id holds 5, and public.b_id_seq hands out 1 next",
        ),
        (20, "PGL013", "unknown", "not run: the file ends within a transaction, which is rolled back"),
    ]
    given = pgseq("lint", "--run", "--scratch", server.dsn(), "a.sql", "--set", "n=9", "--format", "json")
    assert "public.b.id holds 9" in given.out


def test_psql_s_ways_to_send(server: Server, pgseq: Pgseq, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text(
        TABLE + "\\set id 6\nINSERT INTO users VALUES (:id, :'id')\\g\n"
        "SELECT 'INSERT INTO users VALUES (8, ''%'')'\\gexec\nSELECT * FROM users\\gdesc\n"
        "SET standard_conforming_strings = off;\nINSERT INTO users VALUES (9, 'it\\'s; 50 %');\n"
    )
    done = pgseq("lint", "--run", "--scratch", server.dsn(), "a.sql", "--format", "json")
    ((_, _, code, _, message),) = findings(done)
    assert (code, message.partition(" holds ")[2]) == ("PGL012", "9, and public.users_id_seq hands out 1 next")


REACHING = """\
CREATE DATABASE {other}_made;
ALTER DATABASE {other} CONNECTION LIMIT 1;
ALTER DATABASE {other} RENAME TO {other}_gone;
DROP DATABASE {other};
CREATE ROLE {other}_role;
ALTER SYSTEM SET work_mem = '5MB';
COPY (SELECT 1) TO PROGRAM 'touch {file}';
\\connect {mine}
CREATE TABLE mine (id serial);
\\connect {other}
CREATE TABLE touched (id int);
COPY touched FROM stdin;
1
\\.
\\connect {mine}
INSERT INTO mine VALUES (1);
DO $$ BEGIN EXECUTE 'ALTER DATABASE {other} CONNECTION LIMIT 1'; END $$;
DO $$ BEGIN EXECUTE 'COPY (SELECT 1) TO PROGRAM ''touch {file}'''; END $$;
"""


@pytest.mark.parametrize("superuser", [True, False])
def test_no_other_database_is_touched(server: Server, pgseq: Pgseq, tmp_path: Path, superuser: bool) -> None:
    other, role = f"other_{os.getpid()}", f"maker_{os.getpid()}"
    server.admin(f"CREATE ROLE {role} LOGIN CREATEDB")
    server.admin(f"CREATE DATABASE {other}")
    before = server.admin("SELECT datname, datconnlimit FROM pg_database ORDER BY 1")
    roles = server.admin("SELECT rolname FROM pg_roles ORDER BY 1")
    try:
        text = REACHING.format(other=other, mine="mine", file=tmp_path / "made")
        (tmp_path / "a.sql").write_text(text)
        dsn = server.dsn() if superuser else server.dsn().replace("user=postgres", f"user={role}")
        done = pgseq("lint", "--run", "--scratch", dsn, "a.sql", "--format", "json")
        assert [one[1] for one in findings(done) if one[2] == "PGL013"] == [1, 2, 3, 4, 5, 6, 7, 10, 17, 18]
        assert [one[4] for one in findings(done) if one[2] == "PGL012"] == [
            "out of sync once the file has run: public.mine.id holds 1, and public.mine_id_seq hands out 1 next"
        ]
        assert server.admin("SELECT datname, datconnlimit FROM pg_database ORDER BY 1") == before
        assert server.admin("SELECT rolname FROM pg_roles ORDER BY 1") == roles
        assert not (tmp_path / "made").exists()
    finally:
        server.admin(f"DROP DATABASE {other}")
        server.admin(f"DROP ROLE {role}")


def test_a_role_that_may_make_no_database(server: Server, pgseq: Pgseq, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text(TABLE)
    role = f"plain_{os.getpid()}"
    server.admin(f"CREATE ROLE {role} LOGIN")
    try:
        done = pgseq("lint", "--run", "--scratch", server.dsn().replace("user=postgres", f"user={role}"), "a.sql")
    finally:
        server.admin(f"DROP ROLE {role}")
    assert (done.code, done.err) == (
        2,
        "pgseq: error: no database can be made for the run: permission denied to create database\n"
        f'hint: ALTER ROLE "{role}" CREATEDB; or name another role\n',
    )


@pytest.mark.parametrize(("part", "counts"), [("Bad", True), ("Good", False)])
def test_the_examples_of_the_pages(server: Server, pgseq: Pgseq, tmp_path: Path, part: str, counts: bool) -> None:
    for code, text in examples(part):
        if code in OF_A_RUN:
            (tmp_path / "a.sql").write_text(text)
            done = pgseq("lint", "--run", "--scratch", server.dsn(), "a.sql", "--format", "json")
            assert (code in {one[2] for one in findings(done)}) is counts


def test_several_databases_in_one_folder(server: Server, pgseq: Pgseq, tmp_path: Path) -> None:
    for service in ("a", "b"):
        (tmp_path / service).mkdir()
        (tmp_path / service / "1.sql").write_text(TABLE + "INSERT INTO users VALUES (1, 'a');\n")
    done = pgseq("lint", "--run", "--scratch", server.dsn(), ".", "--format", "json")
    assert [one[2] for one in findings(done)] == ["PGL012", "PGL012"]
    assert scratches(server) == []


def test_nothing_is_left_after_ctrl_c(server: Server, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text(TABLE + "SELECT pg_sleep(20);\n")
    command = [executable(), "lint", "--run", "--scratch", server.dsn(), "a.sql"]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment(tmp_path), stderr=subprocess.PIPE, text=True
    ) as running:
        asleep = "SELECT 1 FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(20)%'"
        while not server.admin(asleep) and running.poll() is None:
            time.sleep(0.05)
        running.send_signal(signal.SIGINT)
        assert running.wait(30) == 130
    assert scratches(server) == []


@pytest.mark.slow
def test_on_a_server_of_our_own(pgseq: Pgseq, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text(HIDDEN)
    done = pgseq("lint", "--run", "a.sql", env={"PGHOSTADDR": "192.0.2.1", "PGSERVICE": "none"})
    assert (done.code, done.err) == (1, "")
    assert done.out.startswith("a.sql:2:1: error: out of sync once the file has run: public.users.id holds 3")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--scratch", "x", "a.sql"), "--scratch goes with --run"),
        (("--run", "--fix", "a.sql"), "--run and --fix contradict each other"),
        (("--run", "-d", "app", "a.sql"), "--run takes no database that holds something"),
        (("--run", "--scratch", "", "a.sql"), "the connection string of --scratch is empty"),
        (("--run", "-"), "--run cannot read standard input twice"),
    ],
)
@pytest.mark.sampled(5)
def test_options_that_do_not_go_together(pgseq: Pgseq, arguments: tuple[str, ...], message: str) -> None:
    done = pgseq("lint", *arguments, input="")
    assert (done.code, done.err.splitlines()[0]) == (2, f"pgseq: error: {message}")


def test_a_password_does_not_show(server: Server, pgseq: Pgseq, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text(TABLE)
    done = pgseq("lint", "--run", "--scratch", "postgresql://u:s3cret@127.0.0.1:1/x", "a.sql")
    assert done.code == 2
    assert "s3cret" not in done.err + done.out


def test_the_role_of_a_run_cannot_be_known(server: Server, pgseq: Pgseq, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text(
        "CREATE TABLE t (id int);\nRESET SESSION AUTHORIZATION;\nCREATE EXTENSION dblink;\n"
    )
    done = pgseq("lint", "--run", "--scratch", server.dsn(), "a.sql", "--format", "json")
    assert [(one[1], one[2]) for one in findings(done)] == [(3, "PGL013")]


def test_the_corpus_script(server: Server, tmp_path: Path) -> None:
    (tmp_path / "1.sql").write_text(HIDDEN)
    (tmp_path / "2.sql").write_text("CREATE TABLE b (id serial);\nINSERT INTO b VALUES (5);\n")
    (tmp_path / "3.sql").write_text("INSERT INTO no_such_table VALUES (5);\n")
    result = compare(str(tmp_path), server.dsn())
    assert (result.files, len(result.linted), result.failures) == (3, 2, 1)
    assert sorted(result.checked.values()) == ["out_of_sync", "out_of_sync"]
    assert list(result.disagreements.values()) == [("unknown", "out_of_sync")]
    assert scratches(server) == []
