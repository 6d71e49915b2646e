"""Folders of SQL in tests/cases_lint: what lint says of each, and what `check` finds once the files have really run.

`expected.json`: the codes by file, in order of their lines; the sequences that are out of sync at the end; `from`: the
first major that takes the files; `way_back`: the line from which on a file is not run; `load`: why the files are not
run; `refused`: `--fix` leaves the files as they are.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest

from pgseq.api import check
from pgseq.commands.lint.files import expanded
from pgseq.commands.lint.linter import Reader
from pgseq.commands.lint.simulator.ddl import MadeTwice
from pgseq.commands.lint.simulator.diagnose import ids_ahead, judge
from tests.support.binaries import client
from tests.support.commandline import Pgseq
from tests.support.database import Database
from tests.support.linting import blocks, codes, reader

CASES: Final = Path(__file__).parents[2] / "cases_lint"
NAMES: Final = sorted(path.parent.name for path in CASES.glob("*/expected.json"))


def expected(name: str) -> dict[str, Any]:
    return dict(json.loads((CASES / name / "expected.json").read_text(encoding="utf-8")))


def linted(folder: Path) -> tuple[Reader, dict[str, list[str]]]:
    """The reader at the end, and the codes by file."""
    run, said = reader(), {}
    for file in expanded([str(folder)]):
        text = Path(file).read_bytes()
        try:
            report = run.read(file, blocks(text))
        except MadeTwice:
            report = run.read(file, blocks(text))
        said[str(Path(file).relative_to(folder))] = list(codes(report))
    return run, said


def behind(run: Reader) -> list[str]:
    """The sequences that lint sees left behind at the end."""
    sequences = (
        (sequence, judge(sequence, ids_ahead(state, sequence)))
        for state in run.simulator.states
        for sequence in state.sequences.values()
    )
    left = (one for one, diagnosis in sequences if diagnosis.status == "out_of_sync")
    return sorted(f"{one.schema or 'public'}.{one.name}" for one in left)


def out_of_sync(database: Database) -> list[str]:
    """The sequences that `check` finds out of sync."""
    reports = check(database.dsn).sequences
    return sorted(f"{one.sequence.schema}.{one.sequence.name}" for one in reports if one.status == "out_of_sync")


@pytest.mark.parametrize("name", NAMES)
def test_lint_says_what_is_expected(name: str) -> None:
    assert linted(CASES / name)[1] == expected(name)["codes"]


def load(database: Database, folder: Path, way_back: str) -> None:
    """Run the files as psql does, past statements that fail, without what undoes them."""
    for file in expanded([str(folder)]):
        text = Path(file).read_text(encoding="utf-8")
        text = "".join(
            line for line in (text.partition(way_back)[0] if way_back else text).splitlines(True) if line[0] != "#"
        )
        command = [client("psql"), "-X", "-q", "-d", database.dsn, "-f", "-"]
        subprocess.run(command, input=text, text=True, check=True, capture_output=True, timeout=60)


@pytest.mark.parametrize("name", [name for name in NAMES if "load" not in expected(name)])
@pytest.mark.sampled(27)
def test_check_agrees(database: Database, tmp_path: Path, pgseq: Pgseq, name: str) -> None:
    case = expected(name)
    if database.server.major < case.get("from", 0):
        pytest.skip("this server does not take it")
    way_back = case.get("way_back", "")
    load(database, CASES / name, way_back)
    assert out_of_sync(database) == case["behind"]
    run, said = linted(CASES / name)
    if "PGL007" not in {code for file in said.values() for code in file}:
        assert behind(run) == case["behind"]

    folder = tmp_path / "files"
    shutil.copytree(CASES / name, folder)
    done = pgseq("lint", "--fix", folder)
    if case.get("refused") or way_back:
        assert {path.name: path.read_bytes() for path in folder.glob("*.sql")} == {
            path.name: path.read_bytes() for path in (CASES / name).glob("*.sql")
        }
        return
    assert "Traceback" not in done.err
    with database.connect() as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    load(database, folder, way_back)
    assert out_of_sync(database) == []
