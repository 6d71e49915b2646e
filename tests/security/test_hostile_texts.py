"""Texts made to take long: each is read in time linear in it. A quadratic reader takes minutes or hours for these."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Final

import pytest

import pgseq
from pgseq.commands.explain.logs.scan import entries
from pgseq.commands.explain.logs.source import blocks
from pgseq.commands.explain.logs.tally import ErrorTally
from pgseq.commands.explain.parse.origin import KeyColumn, origin
from pgseq.commands.explain.parse.recognise import LONGEST, from_fields
from pgseq.commands.explain.parse.split import several
from pgseq.commands.explain.parse.statement import names, privilege_on_sequence, qualifier

#: Seconds. On a slow machine a tenth of it is usual.
BOUND: Final = 30
#: Bytes of each log.
SIZE: Final = 2**20
DUPLICATE: Final = 'ERROR:  duplicate key value violates unique constraint "'
CSV: Final = (
    '2026-05-01 10:00:00.000 UTC,"app","shop",1,"[local]",1.2,1,"idle",2026-05-01 09:00:00 UTC,3/4,0,ERROR,23505,'
)
STAMP: Final = "2026-05-01 10:00:00.000 UTC [1] app@shop "


def filled(part: str, size: int, before: str = "") -> str:
    return before + part * (size // len(part))


TEXTS: Final = {
    "blanks behind SQLSTATE": filled(" ", LONGEST, "SQLSTATE"),
    "blanks in a name": filled(" ", LONGEST, DUPLICATE),
    "a name that does not end": filled("a", LONGEST, DUPLICATE),
    "names that do not end": filled(DUPLICATE, LONGEST),
    "names with blanks": filled(DUPLICATE + " " * 50 + "a", LONGEST),
    "bare names": filled("a$", LONGEST, "nextval: reached maximum value of sequence "),
    "dots": filled("a.", LONGEST, "relation "),
    "statements that do not end": filled("[SQL: ", LONGEST),
    "brackets": filled("] ", LONGEST, "[SQL: "),
    "commas in a key": filled("a,", LONGEST - 20, "Key (") + ")=(1) already exists.",
    "parentheses": filled("(", LONGEST, "Key "),
    "pairs of them": filled("()", LONGEST, "23505 Key (x"),
    "a key again and again": filled("(a)=(", LONGEST),
    "copies": filled("COPY a,b-", LONGEST, "23505 "),
    "inserts": filled("INSERT INTO ", LONGEST, "23505 "),
    "constraints": filled("constraint: ", LONGEST),
    "blanks behind a target": filled(" ", LONGEST, "P2002 target:"),
    "targets": filled("target: [", LONGEST, "P2002 "),
    "models": filled("prisma.a.", LONGEST, "P2002 "),
    "errors": filled("Error: ", LONGEST),
    "nextval": filled("nextval ", LONGEST),
    "backslashes": filled('\\"', LONGEST, DUPLICATE),
}


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.sampled(22)
def test_error_texts(name: str) -> None:
    start = time.monotonic()
    assert pgseq.explain(TEXTS[name]).evidence is not None
    several(TEXTS[name])
    from_fields(code="23505", message=TEXTS[name], detail=TEXTS[name], statement=TEXTS[name])
    assert time.monotonic() - start < BOUND


@pytest.mark.slow
def test_many_errors_in_a_text() -> None:
    start = time.monotonic()
    text = "".join(f'{DUPLICATE}k{n % 7}"\nDETAIL:  Key (id)=({n}) already exists.\n' for n in range(5000))
    assert len(several(text)) == 5000
    assert time.monotonic() - start < 2 * BOUND


STATEMENTS: Final = [
    filled("/*", 300_000),
    "".join(f"$a{n}$ " for n in range(40_000)),
    filled("E'\\'", 300_000),
    filled("'", 300_001),
    filled('"', 300_001),
    filled("insert into t (id) values ", 300_000),
    filled("insert into t (id", 300_000),
    filled("(", 300_000, "insert into t "),
    filled("nextval(", 300_000),
    filled("nextval('", 300_000),
    filled("a.", 300_000),
]


@pytest.mark.parametrize("statement", STATEMENTS, ids=lambda text: text[:20])
@pytest.mark.sampled(4)
def test_statements(statement: str) -> None:
    start = time.monotonic()
    assert origin([statement], KeyColumn(tables={"t"}, name="id", place=0, parameters=statement), 5).source != "copied"
    privilege_on_sequence(statement, "s")
    qualifier(statement, "s")
    names(statement, "s")
    assert time.monotonic() - start < BOUND


LOGS: Final = {
    "one line": filled("x ERROR:  ", SIZE),
    "many a line": filled(filled("ERROR:  ", 320, "x ") + "\n", SIZE),
    "severities alone": filled("x ERROR:  y\n", SIZE),
    "one process": filled(f'{STAMP}{DUPLICATE}k"\n', SIZE),
    "other processes": "".join(
        f'{STAMP.replace("[1]", f"[{n}]")}{DUPLICATE}k"\n' for n in range(10_000, 10_000 + SIZE // 100)
    ),
    "a process that times name": filled(f'20 2026-20-20 20:20:20 {DUPLICATE}k"\n21 2026-20-20 x\n', SIZE // 4),
    "a long prefix": filled("a" * 100_000 + f' {DUPLICATE}k"\n', SIZE),
    "a long message": filled(f"{STAMP}{DUPLICATE}" + "a" * 100_000 + "\n", SIZE),
    "a long container": filled("a" * 1000 + f' | {STAMP}{DUPLICATE}k"\n', SIZE),
    "continued": filled(f'{STAMP}{DUPLICATE}k"\n' + "\tx\n" * 300, SIZE),
    "csv that begins once": filled(",23505,\n", SIZE, CSV),
    "csv fields": filled(",23505,", SIZE, CSV),
    "csv quotes": filled('"a,23505,', SIZE, CSV),
    "csv that never closes": filled(f'{CSV}"\n', SIZE, CSV),
    "csv with long fields": filled(f'{CSV}"{"a" * 100_000}","b"\n', SIZE),
    "json states": filled('"state_code":"23505",', SIZE, "{"),
    "json lines": filled('{"state_code":"23505",\n', SIZE),
    "json depth": filled('{"state_code":"23505","a":' + "[" * 50_000 + "\n", SIZE),
    "json texts": filled('{"state_code":"23505","a":"' + "\\" * 50_000 + "\n", SIZE),
    "escapes": filled("\x1b[", SIZE, STAMP),
    "digits of an escape": filled("0;", SIZE, STAMP + "\x1b["),
}


@pytest.mark.parametrize("name", LOGS)
@pytest.mark.sampled(21)
def test_logs(name: str, tmp_path: Path) -> None:
    path = tmp_path / "server.log"
    path.write_text(LOGS[name], "utf-8")
    start = time.monotonic()
    tally = ErrorTally()
    tally.add_all(entries(blocks(path)))
    assert len(list(tally.groups())) < 100
    assert time.monotonic() - start < BOUND


def test_what_is_kept_of_many_causes_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pgseq.commands.explain.logs.tally.TEXTS", 100_000)
    monkeypatch.setattr("pgseq.commands.explain.logs.tally.CAUSES", 50)
    tally = ErrorTally()
    log = "".join(f'{STAMP}{DUPLICATE}k{n}"\n{STAMP}STATEMENT:  SELECT {"x" * 10_000}\n' for n in range(70))
    tally.add_all(entries([(log.encode(), True)]))
    kept = [reported for reported, _ in tally.groups()]
    assert (len(kept), tally.left_out) == (50, 20)
    assert sum(len(one.statement) for one in kept) < 100_000 + 50 * 500
    assert all(one.constraint.startswith("k") for one in kept)
