"""Logs as bytes: formats told apart, records cut by blocks, prefixes, counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest

from pgseq.commands.explain.logs import csvlog, jsonlog, stderr
from pgseq.commands.explain.logs.entry import LogEntry
from pgseq.commands.explain.logs.prefix import parse
from pgseq.commands.explain.logs.scan import Nature, entries, form_of
from pgseq.commands.explain.logs.tally import ErrorTally
from pgseq.commands.explain.logs.text import RECORD
from pgseq.commands.explain.model import ParsedError

HEAD: Final = "2026-05-01 10:00:{:02} CEST [77] app@shop "
STDERR: Final = (
    HEAD.format(0)
    + "LOG:  statement: SELECT 'ERROR:  duplicate key value'\n"
    + HEAD.format(1)
    + "FEHLER:  doppelter Schlüsselwert verletzt Unique-Constraint »users_pkey«\n"
    + HEAD.format(1)
    + "DETAIL:  Schlüssel »(id)=(4)« existiert bereits.\n"
    + HEAD.format(1).replace("[77]", "[78]")
    + "LOG:  connection received\n"
    + HEAD.format(1)
    + "ANWEISUNG:  INSERT INTO users (name)\n\tVALUES ('x')\n"
    + HEAD.format(2)
    + "FEHLER:  Syntaxfehler bei »x«\n"
).encode()
CSV: Final = (
    b'2026-05-01 10:00:00.000 CEST,"app","shop",77,"[local]",1.2,1,"idle",2026-05-01 09:00:00 CEST,3/4,0,LOG,00000,'
    b'"statement: SELECT \',23505,\'\n2026-05-01 10:00:00 CEST,",,,,,,,,,"shop","client backend",,0\n'
    b'2026-05-01 10:00:01.000 CEST,"app","shop",77,"[local]",1.2,1,"INSERT",2026-05-01 09:00:00 CEST,3/4,0,ERROR,23505,'
    b'"duplicate key value violates unique constraint ""users_pkey""","Key (id)=(4) already exists.",,,,,'
    b'"INSERT INTO users (name)\n\tVALUES (\'x\')",,,"the, shop","client backend",,0\n'
)
JSON: Final = (
    b'{"timestamp":"2026-05-01 10:00:00.000 CEST","error_severity":"LOG","message":"hello"}\n'
    b'{"timestamp":"2026-05-01 10:00:01.000 CEST","user":"app","dbname":"shop","error_severity":"ERROR",'
    b'"state_code":"23505","message":"duplicate key value violates unique constraint \\"users_pkey\\"",'
    b'"detail":"Key (id)=(4) already exists.","statement":"INSERT INTO users (name)\\n\\tVALUES (\'x\')"}\n'
    b'{"state_code":"23505", cut'
)


def _blocks(data: bytes, size: int) -> Iterator[tuple[bytes, bool]]:
    """Whole lines, at least `size` bytes at a time."""
    block = b""
    for line in data.splitlines(keepends=True):
        block += line
        if len(block) >= size:
            yield block, False
            block = b""
    yield block, True


@pytest.mark.parametrize("size", [1, 100, 300, 10**6])
@pytest.mark.parametrize("data", [STDERR, CSV, JSON], ids=["stderr", "csv", "json"])
def test_one_error_whatever_the_blocks(data: bytes, size: int) -> None:
    (entry,) = entries(_blocks(data, size), form_of(data))
    assert entry.time.startswith("2026-05-01 10:00:01")
    assert (entry.user, entry.error.database, entry.error.role) == ("app", "shop", "app")
    assert (entry.error.constraint, entry.error.value_of("id")) == ("users_pkey", 4)
    assert "INSERT INTO users (name)\n" in entry.error.statement
    assert "VALUES ('x')" in entry.error.statement


def test_a_log_without_a_line_end_and_with_broken_bytes() -> None:
    data = b"\xff\xfe\x00\n" * 50 + b'ERROR:  duplicate key value violates unique constraint "\xff_pkey"'
    (entry,) = entries([(data, True)])
    assert entry.error.kind == "duplicate"


def test_a_statement_longer_than_what_is_looked_at() -> None:
    data = CSV.replace(b"VALUES ('x')\"", b"VALUES ('" + b"x" * (2 * RECORD) + b"')\"")
    (entry,) = entries([(data, True)])
    assert entry.error.value_of("id") == 4


CONTAINERS: Final = b"".join(
    b"\x1b[36mapp-db-1  |\x1b[0m " + line + b"\n" + b"app-web-1 | DETAIL:  Key (id)=(9) already exists.\n"
    for line in STDERR.replace(b"FEHLER", b"\x1b[31mFEHLER\x1b[0m").splitlines()
)


@pytest.mark.parametrize("size", [1, 300, 10**6])
def test_as_docker_compose_prints_it(size: int) -> None:
    (entry,) = entries(_blocks(CONTAINERS, size))
    assert (entry.user, entry.error.constraint, entry.error.value_of("id")) == ("app", "users_pkey", 4)
    assert entry.error.statement == "INSERT INTO users (name)\nVALUES ('x')"


@pytest.mark.parametrize("data", [STDERR, CSV.replace(b"users_pkey", "schlüssel".encode())])
def test_as_windows_writes_it(data: bytes) -> None:
    (entry,) = entries([(data.decode().encode("cp1252"), True)])
    assert entry.error.constraint in ("users_pkey", "schlüssel")
    assert entry.error.value_of("id") == 4


@pytest.mark.parametrize(
    ("data", "is_log"),
    [
        (STDERR, True),
        (CSV, True),
        (JSON, True),
        (HEAD.format(0).encode() + b"LOG:  checkpoint starting: time\n", True),
        ("2026-05-01 10:00:00 UTC [1] СООБЩЕНИЕ:  x\n".encode(), True),
        (b"psql:a.sql:3: ERROR:  division by zero\n", True),
        (b"db-1  | ERROR:  division by zero\n", True),
        (b'django.db.utils.IntegrityError: duplicate key value violates unique constraint "k"\nDETAIL:  Key\n', False),
        (b"connection to server at 10.0.0.7 failed: FATAL:  the database system is starting up\n", False),
        (b"INFO:     Application startup complete.\nWARNING:  Invalid HTTP request received.\n", False),
        (b'{"log":"' + HEAD.format(0).encode() + b'ERROR:  division by zero\\n","stream":"stderr"}\n', False),
        (b"2026-05-01 10:00:00 UTC,INFO,started\n", False),
    ],
)
def test_what_is_a_servers_log(data: bytes, is_log: bool) -> None:
    nature = Nature()
    list(entries([(data, True)], nature=nature))
    assert (nature.empty, nature.is_log) == (False, is_log)


def test_forms() -> None:
    assert form_of(JSON) is jsonlog
    assert form_of(CSV) is csvlog
    assert form_of(STDERR) is stderr
    assert form_of(b"2026-05-01 10:00:00.000 UTC [1] LOG:  compiled by gcc (GCC) 14, 64-bit, x\n") is stderr
    assert form_of(b"") is stderr


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-05-01 10:00:00.123 CEST [77] ", ("2026-05-01 10:00:00.123 CEST", "77", "", "")),
        ("2026-05-01 10:00:00 UTC:10.0.0.7(4242):app@shop:[77]:", ("2026-05-01 10:00:00 UTC", "77", "app", "shop")),
        (
            "2026-05-01 10:00:00 UTC [77]: [3-1] user=app,db=shop,app=rails,client=10.0.0.7 ",
            ("2026-05-01 10:00:00 UTC", "77", "app", "shop"),
        ),
        ("1777629600.123 [77] [unknown]@[unknown] ", ("2026-05-01 10:00:00.123 UTC", "77", "", "")),
        ("May  1 10:00:00 db1 postgres[77]: [5-1] ", ("", "77", "", "")),
        ("[77] user=app,db=My App,app=a b,client=10.0.0.7 ", ("", "77", "app", "My App")),
        ("[77] user=app,db=shop ", ("", "77", "app", "shop")),
        ("[77] db=shop,user=app ", ("", "77", "app", "shop")),
        ("[77] app@d'quote ", ("", "77", "app", "d'quote")),
        ("[77] app@bücher:", ("", "77", "app", "bücher")),
        ("", ("", "", "", "")),
    ],
)
def test_prefix(text: str, expected: tuple[str, str, str, str]) -> None:
    found = parse(text)
    assert (found.time, found.pid, found.user, found.database) == expected


def _entry(value: int, database: str = "") -> LogEntry:
    error = ParsedError(
        kind="duplicate",
        sqlstate="23505",
        constraint="users_pkey",
        columns=("id",),
        values=str(value),
        database=database,
    )
    return LogEntry(error=error, time=f"2026-05-01 10:00:{value:02}", user="app" if value % 2 else "admin")


def test_tally_counts_by_constraint_and_sees_steps() -> None:
    tally = ErrorTally()
    assert [tally.add(_entry(value)) for value in (9, 4, 5, 6, 7)] == [True, False, False, False, False]
    tally.add(_entry(1, database="other"))
    (_, occurrences), (_, other) = tally.groups()
    assert (occurrences.count, occurrences.first, occurrences.last) == (5, "2026-05-01 10:00:04", "2026-05-01 10:00:09")
    assert (occurrences.in_a_row, other.in_a_row) == (4, 1)
    assert occurrences.users == ("app", "admin")


def test_retries_of_one_value_are_no_steps() -> None:
    tally = ErrorTally()
    for _ in range(5):
        tally.add(_entry(4))
    ((_, occurrences),) = tally.groups()
    assert occurrences.in_a_row == 1


def test_tally_does_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pgseq.commands.explain.logs.tally.CAUSES", 3)
    tally = ErrorTally()
    for number in range(50):
        tally.add(_entry(1, database=f"d{number}"))
    assert [occurrences.count for _, occurrences in tally.groups()] == [1, 1, 1]
    assert tally.left_out == 47


@pytest.mark.parametrize("label", ["HINT", "CONTEXT", "LOCATION", "QUERY", "TIPP"])
def test_lines_that_go_with_an_error_do_no_harm(label: str) -> None:
    data = (
        HEAD.format(1)
        + 'ERROR:  cannot insert a non-DEFAULT value into column "id"\n'
        + HEAD.format(1)
        + 'DETAIL:  Column "id" is an identity column defined as GENERATED ALWAYS.\n'
        + HEAD.format(1)
        + f"{label}:  Use OVERRIDING SYSTEM VALUE to override.\n"
        + HEAD.format(1)
        + "STATEMENT:  INSERT INTO users (id) VALUES (1)\n"
    ).encode()
    (entry,) = entries(_blocks(data, 10**6), form_of(data))
    assert (entry.error.kind, entry.error.column) == ("generated", "id")
