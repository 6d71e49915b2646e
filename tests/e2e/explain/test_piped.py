"""`pgseq explain` of what is piped in or pasted: it ends with a newline, stands among other things, has lost quotes."""

from __future__ import annotations

import shlex
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.catalogue.situations import IMPORTED
from tests.catalogue.test_texts import UNTOLD, WRAPPED
from tests.support.commandline import Completed, Pgseq, environment, executable
from tests.support.database import Database, Server, fresh_database

DUPLICATE: Final = 'duplicate key value violates unique constraint "users_pkey"'
DETAIL: Final = "DETAIL:  Key (id)=(1) already exists."
STAMP: Final = "2026-05-01 12:00:00.000 UTC [7] "
TRACEBACK: Final = f"""
Traceback (most recent call last):
  File "/app/main.py", line 8, in <module>
psycopg.errors.UniqueViolation: {DUPLICATE}
{DETAIL}
"""
DJANGO: Final = f"""{TRACEBACK}
The above exception was the direct cause of the following exception:

django.db.utils.IntegrityError: {DUPLICATE}
{DETAIL}
"""
JAVA: Final = f"""
Caused by: org.postgresql.util.PSQLException: ERROR: {DUPLICATE}
  Detail: DuplicateKey (id)=(1) already exists.
Caused by: java.sql.BatchUpdateException: ERROR: {DUPLICATE}
  Detail: DuplicateKey (id)=(1) already exists.
"""


@pytest.fixture(scope="module")
def shop(server: Server) -> Iterator[Database]:
    """A database whose users came with their ids."""
    with fresh_database(server) as database:
        database.run(IMPORTED)
        database.run(
            "SELECT nextval('users_id_seq');"
            "CREATE TABLE orders (number serial PRIMARY KEY); INSERT INTO orders SELECT generate_series(1, 3)"
        )
        yield database


def _errors(done: Completed) -> list[tuple[str, str | None, int]]:
    return [(one["verdict"], one["constraint"], one["count"]) for one in done.json()["errors"]]


@pytest.mark.parametrize("name", sorted(WRAPPED.keys() - set(UNTOLD)))
@pytest.mark.sampled(12)
def test_every_shape_with_a_newline_at_its_end(name: str, shop: Database, pgseq: Pgseq) -> None:
    done = pgseq("explain", "-d", shop.dsn, "--format", "json", input=WRAPPED[name].rstrip("\n") + "\n")
    assert done.code == 1, done
    assert [one["verdict"] for one in done.json()["errors"]] == ["behind"]


@pytest.mark.parametrize("text", [TRACEBACK, DJANGO, JAVA, f"{STAMP}app: {TRACEBACK}"], ids=range(4))
@pytest.mark.parametrize("end", ["", "\n", "\r\n\n"])
@pytest.mark.sampled(4)
def test_a_traceback_is_one_error(text: str, end: str, shop: Database, pgseq: Pgseq) -> None:
    done = pgseq("explain", "-d", shop.dsn, "--format", "json", "-", input=text.rstrip("\n") + end)
    assert (done.code, _errors(done)) == (1, [("behind", "users_pkey", 1)])


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "cp1252"])
@pytest.mark.sampled(2)
def test_other_encodings(encoding: str, shop: Database, tmp_path: Path) -> None:
    text = "FEHLER:  doppelter Schlüsselwert verletzt Unique-Constraint »users_pkey«\n"
    command = [executable(), "explain", "-d", shop.dsn]
    done = subprocess.run(command, input=text.encode(encoding), capture_output=True, env=environment(tmp_path))
    assert done.returncode == 1, done
    assert done.stdout.startswith("✗ the sequence is behind".encode())


@pytest.mark.parametrize("text", ["", "garbage\n", "one\ntwo\nthree\n", '{"level": "info"}\n{"level": "info"}\n'])
@pytest.mark.sampled(4)
def test_what_is_no_error_is_no_all_clear(text: str, pgseq: Pgseq) -> None:
    done = pgseq("explain", "-h", "/nonexistent", input=text)
    assert (done.code, done.out.splitlines()[0]) == (3, "? cannot tell")


def test_a_log_without_such_errors_is_an_all_clear(pgseq: Pgseq) -> None:
    log = f"{STAMP}LOG:  database system is ready to accept connections\n{STAMP}ERROR:  division by zero\n"
    done = pgseq("explain", "-h", "/nonexistent", input=log)
    assert (done.code, done.out) == (0, "no error that a sequence could cause\n")


def test_a_drivers_error_among_a_servers_records(shop: Database, pgseq: Pgseq) -> None:
    log = f"{STAMP}LOG:  database system is ready to accept connections\n{TRACEBACK}"
    done = pgseq("explain", "-d", shop.dsn, "--format", "json", input=log)
    assert (done.code, _errors(done)) == (1, [("behind", "users_pkey", 1)])


def test_several_errors_in_one_text(shop: Database, pgseq: Pgseq) -> None:
    other = TRACEBACK.replace("users_pkey", "orders_pkey").replace("(id)", "(number)")
    text = f"{DJANGO}\nDuring handling of the above exception, another exception occurred:\n{other}{TRACEBACK}"
    expected = [("behind", "users_pkey", 1), ("behind", "orders_pkey", 1)]
    for done in (
        pgseq("explain", "-d", shop.dsn, "--format", "json", text),
        pgseq("explain", "-d", shop.dsn, "--format", "json", input=text),
    ):
        assert (done.code, _errors(done)) == (1, expected)


def test_the_statement_of_a_single_record(shop: Database, pgseq: Pgseq) -> None:
    text = f"ERROR:  {DUPLICATE}\n{DETAIL}\nSTATEMENT:  INSERT INTO users (id) VALUES (1)\n"
    done = pgseq("explain", "-d", shop.dsn, "--format", "json", input=text)
    assert (done.code, _errors(done)) == (1, [("client_value", "users_pkey", 1)])
    assert done.json()["errors"][0]["besides"] == "behind"


def test_quotes_that_the_shell_has_taken(shop: Database, pgseq: Pgseq) -> None:
    done = pgseq("explain", "-d", shop.dsn, "--format", "json", *shlex.split(f'"{DUPLICATE}"'))
    assert (done.code, _errors(done)) == (1, [("behind", "users_pkey", 1)])
    text = "null value in column number of relation orders violates not-null constraint"
    (told,) = pgseq("explain", "-d", shop.dsn, "--format", "json", text).json()["errors"]
    assert (told["table"], told["columns"]) == ("public.orders", ["number"])


@pytest.mark.parametrize(
    "text", ["list is not a sequence", "duplicate key value violates unique constraint\nDETAIL: x"]
)
@pytest.mark.sampled(2)
def test_no_names_where_there_are_none(text: str, pgseq: Pgseq) -> None:
    (told,) = pgseq("explain", "-h", "/nonexistent", "--format", "json", text).json()["errors"]
    assert (told["verdict"], told["constraint"]) == ("cannot_tell", None)


def test_a_files_name_in_place_of_a_text(pgseq: Pgseq, tmp_path: Path) -> None:
    (tmp_path / "my error.log").write_text(TRACEBACK)
    done = pgseq("explain", "my error.log")
    assert (done.code, done.out) == (2, "")
    assert "pgseq explain --log 'my error.log'" in done.err
    assert "pgseq explain < 'my error.log'" in done.err


def test_a_key_alone_blames_no_table_at_random(server: Server, pgseq: Pgseq) -> None:
    with fresh_database(server) as database:
        tables = "".join(f"CREATE TABLE t{n} (id serial PRIMARY KEY);" for n in range(25))
        database.run(tables)
        text = "Key (id)=(45) already exists."
        done = pgseq("explain", "-d", database.dsn, text)
        assert (done.code, done.out.splitlines()[:3]) == (
            3,
            [
                "? cannot tell",
                "    the text names neither table nor constraint",
                "    20 of 25 tables that have such a column (id) were looked at; "
                "no sequence of theirs is to blame now",
            ],
        )
        database.run("INSERT INTO t24 SELECT generate_series(1, 50); SELECT setval('t24_id_seq', 44)")
        (told,) = pgseq("explain", "-d", database.dsn, "--format", "json", text).json()["errors"]
        assert (told["verdict"], told["table"]) == ("behind", "public.t24")
        assert told["evidence"][-1] == "the error may mean 25 objects, of which 20 were looked at"


def test_a_bound_that_was_moved_and_a_sequence_that_is_behind(database: Database, pgseq: Pgseq) -> None:
    database.run("CREATE TABLE ex (id serial PRIMARY KEY); INSERT INTO ex SELECT generate_series(1, 5)")
    text = 'nextval: reached maximum value of sequence "ex_id_seq" (2147483647)'
    done = pgseq("explain", "-d", database.dsn, text)
    assert done.code == 1
    assert done.out.splitlines()[:-1] == [
        "✗ the sequence is behind: public.ex_id_seq",
        "    public.ex_id_seq never called and gives 1 next",
        "    it has room again, altered or set since, and is behind",
        "    1 is stored already: the next insert fails",
        "    the last stored value that it will come to is 5: up to 5 inserts will fail",
    ]


def test_what_is_to_be_run_next_names_the_database(shop: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    with fresh_database(shop.server) as other:
        other.run('CREATE TABLE "pgseq fix; x" (id serial PRIMARY KEY); INSERT INTO "pgseq fix; x" VALUES (1), (2)')
        text = DUPLICATE.replace("users", "pgseq fix; x")
        done = pgseq("explain", "-d", other.dsn, text)
        (told,) = pgseq("explain", "-d", other.dsn, text, "--format", "json").json()["errors"]
        assert told["next"] == f"""pgseq fix -d '{other.dsn}' -t 'public."pgseq fix; x"'"""
        label, command = done.out.splitlines()[-1].split(maxsplit=1)
        assert (done.code, label) == (1, "→")
        run = subprocess.run(
            ["sh", "-c", f"{command} --yes"],
            env=environment(tmp_path, {"PATH": f"{Path(executable()).parent}:/usr/bin:/bin"}),
            capture_output=True,
            text=True,
        )
        assert run.returncode == 0, run
        assert other.value("SELECT nextval('\"pgseq fix; x_id_seq\"')") == 3


def test_a_pipe_that_goes_on_is_told_as_it_comes(shop: Database, tmp_path: Path) -> None:
    command: list[Any] = [executable(), "explain", "-d", shop.dsn, "--log", "-", "--follow"]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1, env=environment(tmp_path)
    ) as following:
        assert following.stdin is not None
        assert following.stdout is not None
        for name in ("users", "orders"):
            following.stdin.write(f"{STAMP}ERROR:  {DUPLICATE.replace('users', name)}\n")
            following.stdin.flush()
            began = time.monotonic()
            told = next(line for line in following.stdout if f"{name}_pkey" in line)
            assert "the sequence is behind" in told
            assert time.monotonic() - began < 30
        following.stdin.close()
        following.stdout.read()
        assert following.wait(30) == 1
