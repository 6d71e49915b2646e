"""The cases, on real servers: check → fix → check → fix → insert, each answer compared with the folder's."""

from __future__ import annotations

import difflib
import json
from pathlib import Path
from typing import Any, Final

import pytest
from click.testing import CliRunner

from pgseq.cli import main
from tests.cases.case import Case, cases
from tests.cases.truth import Rows, columns, play, positions, sequences
from tests.support.database import Database

#: Rows of defaults that must go into every table in sync after the fix.
INSERTS: Final = 3


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_case(case: Case, database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if database.server.major < case.minimum:
        pytest.skip(f"needs PostgreSQL {case.minimum}")
    monkeypatch.chdir(tmp_path)
    if case.configuration:
        (tmp_path / "pgseq.toml").write_text(case.configuration, encoding="utf-8")
    # The session that made the situation stays: its temporary tables do, too.
    with database.connect() as connection:
        play(connection, case)
        before = positions(connection)
        checked = _pgseq(database, "check")
        _same("check", {"exit": case.check_exit, **case.expected}, _as_expected(case, checked))
        assert positions(connection) == before, "check has moved a sequence"

        fixed = _pgseq(database, "fix", "--yes")
        _same("fix", {"exit": case.fix_exit, **case.fixed}, _as_fixed(case, fixed))
        after = positions(connection)
        _only_forward(connection, checked, fixed, before, after)

        again = _pgseq(database, "check")
        _same(
            "check after fix",
            _statuses(case.fix_exit, case.fixed),
            _statuses(again["exit"], again["sequences"]),
        )
        second = _pgseq(database, "fix", "--yes")
        assert positions(connection) == after, "a second fix has moved a sequence"
        _same("second fix", _statuses(case.fix_exit, case.fixed), _statuses(second["exit"], second["sequences"]))

        _insert(connection, case)


def _pgseq(database: Database, *arguments: str) -> dict[str, Any]:
    """Run pgseq in this process; return its exit code and its sequences by their quoted names."""
    command, *options = arguments
    result = CliRunner().invoke(main, [command, database.dsn, *options, "--format", "json"])
    try:
        (read,) = json.loads(result.stdout)["databases"]
    except ValueError:
        pytest.fail(f"pgseq {command} exits with {result.exit_code} and no JSON\n{result.output}", pytrace=False)
    return {"exit": result.exit_code, "sequences": {one["sql"]: one for one in read["sequences"]}}


def _as_expected(case: Case, document: dict[str, Any]) -> dict[str, Any]:
    """What `check` said, in the words of expected.json."""
    fields = ("status", "next_value", "inserts_until_collision", "furthest")
    got: dict[str, Any] = {"exit": document["exit"]}
    for name, one in document["sequences"].items():
        unnamed = {feed for feed in case.expected.get(name, {"feeds": []})["feeds"] if feed.endswith(" ?")}
        got[name] = {field: one[field] for field in fields} | {
            "fix": one["fix"] and one["fix"]["next_value"],
            "feeds": sorted(_feed(feed, unnamed) for feed in one["feeds"]),
            "codes": sorted(finding["code"] for finding in one["findings"]),
        }
        if name in case.expected and (wanted := case.expected[name].get("left")):
            known = one["left"] | (one["left"]["ends_at"] or {})
            got[name]["left"] = {field: known.get(field) for field in wanted}
    return got


def _feed(feed: dict[str, str], unnamed: set[str]) -> str:
    """A feed as `schema.table.column via`, `?` where the case does not name the via."""
    label = f"{feed['schema']}.{feed['table']}.{feed['column']}"
    return f"{label} ?" if f"{label} ?" in unnamed else f"{label} {feed['via']}"


def _as_fixed(case: Case, document: dict[str, Any]) -> dict[str, Any]:
    """What `fix` said, in the words of fixed.json."""
    got: dict[str, Any] = {"exit": document["exit"]}
    for name, one in document["sequences"].items():
        applied = one.get("applied") or {"result": None}
        told = case.fixed.get(name, {})
        moved = {field: applied.get(field) for field in ("from", "to") if field in told}
        got[name] = {
            "applied": applied["result"],
            "status": one["status"],
            "next_value": one["next_value"],
        } | moved
    return got


def _statuses(exit_code: int, by_name: dict[str, dict[str, Any]]) -> dict[str, Any]:
    told = {name: {field: one[field] for field in ("status", "next_value")} for name, one in by_name.items()}
    return {"exit": exit_code, **told}


def _only_forward(
    connection: Rows,
    checked: dict[str, Any],
    fixed: dict[str, Any],
    before: dict[str, tuple[int, bool]],
    after: dict[str, tuple[int, bool]],
) -> None:
    """What is called moved went on along its run; everything else stands where it stood."""
    applied = {name: (one.get("applied") or {}).get("result") for name, one in fixed["sequences"].items()}
    moved = {name for name, result in applied.items() if result == "moved"}
    assert {name for name in before if before[name] != after[name]} == moved
    for name in moved:
        sequence = sequences(connection)[name]
        run = sequence.run(checked["sequences"][name]["next_value"])
        assert sequence.next_value(connection) in run, f"{name} was moved off its run or backwards"


def _insert(connection: Rows, case: Case) -> None:
    """Real inserts work, and what they store was not there before."""
    if case.inserts is not None:
        for statement in case.inserts:
            connection.execute(statement.encode())
        return
    named = columns(connection)
    for name, expected in case.expected.items():
        if case.fixed[name]["status"] != "ok":
            continue
        feeds = [named[feed.rsplit(" ", 1)[0]] for feed in expected["feeds"]]
        for column in feeds * INSERTS:
            value = column.insert(connection)
            assert sum(feed.count(connection, value) for feed in feeds) == 1, f"{name}: {value} was there before"


def _same(what: str, expected: dict[str, Any], got: dict[str, Any]) -> None:
    """Fail with the lines that differ."""
    want, have = (json.dumps(one, indent=1, sort_keys=True, ensure_ascii=False).splitlines() for one in (expected, got))
    if want != have:
        lines = difflib.unified_diff(want, have, f"{what}: expected", f"{what}: got", lineterm="", n=12)
        pytest.fail("\n".join(lines), pytrace=False)
