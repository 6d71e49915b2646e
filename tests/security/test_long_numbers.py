"""Numbers of any length and nesting of any depth, in whatever is read: an answer, or a clear error for that entry."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any, Final

import click
import psycopg
import pytest

import pgseq as library
from pgseq import config
from pgseq.cli.options.types import duration, share, size
from pgseq.commands.explain.logs.clock import instant, reached
from pgseq.commands.explain.parse.origin import KeyColumn, origin
from pgseq.commands.explain.parse.recognise import recognise
from pgseq.errors import ConfigError, UsageError
from pgseq.sql.grammar import NotUnderstood
from pgseq.sql.trees import number
from pgseq.text.integers import integer
from pgseq.undo_file import entries
from tests.support.commandline import Pgseq
from tests.support.database import Database

#: int() refuses more than 4,300 digits.
LONG: Final = "9" * 5000
MANY: Final = 100_000
HEAD: Final = "2026-11-29 10:00:00.000 UTC [{}] "
DUPLICATE: Final = 'duplicate key value violates unique constraint "{}"'


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0", 0),
        ("-0", 0),
        ("+7", 7),
        ("007", 7),
        ("0" * MANY + "7", 7),
        (str(2**63 - 1), 2**63 - 1),
        (str(-(2**63)), -(2**63)),
        (str(2**63), 2**63),
        (str(2**64), 2**63),
        ("-" + LONG, -(2**63) - 1),
        (LONG, 2**63),
        ("", None),
        ("-", None),
        ("--5", None),
        ("1.5", None),
        ("1e9", None),
        ("²", None),
        ("٣", None),
        ("NaN", None),
        ("1\n", None),
        ("0" * MANY + "x", None),
    ],
)
def test_integers(text: str, expected: int | None) -> None:
    assert integer(text) == expected


def test_a_key_beyond_what_a_sequence_gives_is_the_clients(database: Database, pgseq: Pgseq) -> None:
    database.run("CREATE TABLE t (id numeric PRIMARY KEY, n serial); CREATE SEQUENCE s OWNED BY t.id")
    database.run("ALTER TABLE t ALTER id SET DEFAULT nextval('s'); SELECT setval('s', 3)")
    insert = f"INSERT INTO t (id) VALUES ({LONG})"
    database.run(insert)
    with database.connect() as connection:
        with pytest.raises(psycopg.errors.UniqueViolation) as caught:
            connection.execute(insert)
        told = library.explain(caught.value, connection)
    assert (told.verdict, told.sequence and told.sequence.name) == ("client_value", "s")
    assert "it never gives 99999999999999999999… (5000 digits)" in told.evidence
    typed = pgseq("explain", "-d", database.dsn, str(caught.value))
    assert (typed.code, typed.err) == (0, "")


def test_a_long_number_in_a_log_does_not_hide_the_rest(database: Database, pgseq: Pgseq, tmp_path: Path) -> None:
    database.run("CREATE TABLE u (id serial PRIMARY KEY); INSERT INTO u SELECT generate_series(1, 4)")
    log = tmp_path / "server.log"
    parts = [(1, "t_pkey", LONG), (2, "u_pkey", "1")]
    log.write_text(
        "".join(
            f"{HEAD.format(pid)}ERROR:  {DUPLICATE.format(name)}\n"
            f"{HEAD.format(pid)}DETAIL:  Key (id)=({value}) already exists.\n"
            for pid, name, value in parts
        )
    )
    told = pgseq("explain", "-d", database.dsn, "--log", log, "--format", "json")
    assert (told.code, told.err) == (1, "")
    assert [one["verdict"] for one in told.json()["errors"]] == ["behind", "cannot_tell"]


@pytest.mark.parametrize(
    "odd",
    [
        '"session_line_num":' + LONG,
        '"session_line_num":1e999999999',
        '"line_num":NaN,"x":-Infinity',
        '"x":' + "[" * MANY + "]" * MANY,
        '"x":' + '{"a":' * MANY + "1" + "}" * MANY,
    ],
    ids=["digits", "exponent", "no number", "lists", "tables"],
)
@pytest.mark.sampled(5)
def test_odd_json_in_a_log_is_answered(pgseq: Pgseq, tmp_path: Path, odd: str) -> None:
    log = tmp_path / "server.json"
    fields = {"timestamp": "2026-11-29 10:00:00.000 UTC", "dbname": "shop", "error_severity": "ERROR"}
    lines = [
        json.dumps(fields | {"state_code": "23505", "message": DUPLICATE.format(name)}, separators=(",", ":"))
        for name in ("t_pkey", "u_pkey")
    ]
    log.write_text(f"{lines[0][:-1]},{odd}}}\n{lines[1]}\n")
    told = pgseq("explain", "--log", log, "--format", "json", env={"PGHOST": str(tmp_path), "PGPORT": "1"})
    assert told.code == 3
    assert {(one["constraint"], one["database"]) for one in told.json()["errors"]} == {
        ("t_pkey", "shop"),
        ("u_pkey", "shop"),
    }


def test_setval_out_of_any_range() -> None:
    for value, verdict in ((LONG[:250], "exhausted"), (f"-{LONG[:250]}", "client_value"), ("--5", "client_value")):
        text = f'ERROR:  setval: value {value} is out of bounds for sequence "s" (1..9223372036854775807)'
        assert library.explain(text).verdict == verdict


def test_statements_with_long_numbers() -> None:
    column = KeyColumn(tables={"t"}, name="id")
    assert origin([f"INSERT INTO t (id) VALUES ({LONG})"], column, 2**63).values == (2**63,)
    assert origin([f"INSERT INTO t (id) VALUES ({LONG})"], column, 5).source == "unsaid"
    for value in (LONG, "1e999999999"):
        with pytest.raises(NotUnderstood, match="is out of range for type bigint"):
            number({"arg": {"Float": {"fval": value}}})


@pytest.mark.parametrize(
    "line",
    [
        {"before": [10**30, True]},
        {"before": [2**63, True]},
        {"after": [-(2**63) - 1, True]},
        {"oid": -1},
        {"oid": 2**32},
        {"sequence": "public.s\0"},
        {"database": "\ud800"},
        {"server": ["x"]},
    ],
)
def test_undo_files_hold_what_a_server_takes(tmp_path: Path, line: dict[str, Any]) -> None:
    good: dict[str, Any] = {"event": "done", "server": None, "database": "d", "oid": 1, "sequence": "public.s"}
    good |= {"before": [1, True], "after": [2, True]}
    path = tmp_path / "undo"
    path.write_text(f"{json.dumps(good)}\n{json.dumps(good | line)}\n")
    with pytest.raises(UsageError, match="line 2 is not a line of an undo file"):
        entries(path)


@pytest.mark.parametrize("odd", [LONG, "[" * MANY, '{"a":' * MANY, '{"before": [' + LONG + ", true]}", "NaN", "\xff"])
@pytest.mark.sampled(6)
def test_undo_files_that_cannot_be_parsed(pgseq: Pgseq, tmp_path: Path, odd: str) -> None:
    path = tmp_path / "undo"
    path.write_text(f"{odd}\n{odd}\n", "latin-1")
    told = pgseq("undo", path, "-d", "nowhere", "--yes")
    assert told.code == 2
    assert "line 1 is not a line of an undo file" in told.err


@pytest.mark.parametrize(
    "text",
    [
        "x = " + LONG,
        "x = " + "[" * MANY,
        "x = " + "{a=" * MANY,
        "x." * 20_000 + "y = 1",
        "[" + "x." * 20_000 + "y]",
        "ignore = [{code" + ".a" * 900 + " = 1}]",
        "feeds = [{sequence = 's.s', column = 't', x" + ".a" * 900 + " = 1}]",
        "# " + "x" * 2**21,
    ],
    ids=["digits", "lists", "tables", "a long key", "a long table", "a deep value", "a deep key", "a large file"],
)
def test_configurations(tmp_path: Path, text: str) -> None:
    path = tmp_path / "pgseq.toml"
    path.write_text(text)
    start = time.monotonic()
    with pytest.raises(ConfigError) as told:
        config.load(path)
    assert time.monotonic() - start < 10
    assert len(told.value.message) < 1000


@pytest.mark.parametrize("read", [duration, size, share])
@pytest.mark.parametrize("text", [LONG, "9" * 400 + "s", "9" * 400 + "MB", "9" * 400 + "%", "." + LONG + "d"])
def test_options(read: Any, text: str) -> None:
    try:
        assert read(text) >= 0
    except click.BadParameter:
        return


def test_times_that_there_are_not() -> None:
    assert instant("2026-13-45 10:00:00") is None
    assert instant("2026-11-29 99:99:99 UTC") is None
    assert instant("2026-11-29 10:00:00+99:99") is None
    assert instant("0000-01-01 00:00:00") is None
    since = instant("2026-11-29 10:00:00 UTC")
    assert since is not None
    for stamp in ("0001-01-01 00:00:00+14", "9999-12-31 23:59:59-14", "0001-01-01 00:00:00"):
        when = instant(stamp)
        assert when is not None
        assert reached(when, since) is stamp.startswith("9")


def test_evidence_does_not_grow_with_the_key() -> None:
    reported = recognise(f"ERROR:  {DUPLICATE.format('k')}\nDETAIL:  Key (id)=({'x' * 150_000}) already exists.")
    assert reported is not None
    told = library.explain(f"ERROR:  {DUPLICATE.format('k')}\nDETAIL:  Key (id)=({'x' * 150_000}) already exists.")
    assert max(map(len, told.evidence)) < 400
