"""The situations of tests/cases, over every driver: uncommitted in the caller's transaction, and committed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

import pgseq
from tests.cases.case import Case, cases
from tests.support.database import Database
from tests.support.drivers import HOLDERS, Held, django, engine

#: Temporary tables are left out where they are another session's; here they are the caller's own.
UNCOMMITTED: Final = [case for case in cases() if case.name != "temporary_left_out"]


@pytest.mark.parametrize("case", UNCOMMITTED, ids=lambda case: case.name)
@pytest.mark.sampled(195)
def test_uncommitted(case: Case, database: Database, tmp_path: Path) -> None:
    """Each driver makes the situation in a transaction, checks and fixes it there, and rolls it back."""
    if database.server.major < case.minimum:
        pytest.skip(f"needs PostgreSQL {case.minimum}")
    config = configured(case, tmp_path)
    for name, hold in HOLDERS.items():
        with hold(database.dsn) as held:
            held.run(case.setup)
            before = settings(held)
            assert checked(pgseq.check(held.handle, config=config)) == expected(case), name
            assert fixed(pgseq.fix(held.handle, config=config), case) == case.fixed, name
            assert settings(held) == before, name
        assert database.rows("SELECT relname FROM pg_class WHERE relkind = 'S'") == [], f"{name} has committed"


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
@pytest.mark.sampled(49)
def test_committed(case: Case, database: Database, tmp_path: Path) -> None:
    """Engines and idle connections: each checks, and one fixes."""
    if database.server.major < case.minimum:
        pytest.skip(f"needs PostgreSQL {case.minimum}")
    config = configured(case, tmp_path)
    with database.connect() as connection:
        connection.execute(case.setup.encode())
        for name, handle in idle(database):
            assert checked(pgseq.check(handle, config=config)) == expected(case), name
        report = pgseq.fix(engine(database.dsn, "psycopg2"), config=config)
        assert fixed(report, case) == case.fixed


def configured(case: Case, folder: Path) -> Path | None:
    """The case's configuration in a file; None where it has none."""
    if not case.configuration:
        return None
    file = folder / "pgseq.toml"
    file.write_text(case.configuration, "utf-8")
    return file


def idle(database: Database) -> Iterator[tuple[str, Any]]:
    yield "engine-psycopg2", engine(database.dsn, "psycopg2")
    yield "django", django(database.dsn)["default"]


def settings(held: Held) -> list[tuple[Any, ...]]:
    """All settings of the session, in the transaction."""
    return held.rows("SELECT name, setting FROM pg_settings ORDER BY name")


def expected(case: Case) -> dict[str, Any]:
    return {
        name: {key: one[key] for key in ("status", "next_value", "furthest", "codes")}
        for name, one in case.expected.items()
    }


def checked(report: pgseq.DatabaseReport) -> dict[str, Any]:
    """What `check` says of each sequence, in the words of expected.json."""
    return {
        one.sequence.sql: {
            "status": one.status,
            "next_value": one.diagnosis.next_value,
            "furthest": one.diagnosis.furthest,
            "codes": sorted(finding.code for finding in one.findings),
        }
        for one in report.sequences
    }


def fixed(report: pgseq.DatabaseReport, case: Case) -> dict[str, Any]:
    """What `fix` says of each sequence, as far as fixed.json tells it."""
    return {one.sequence.sql: _result(one, case.fixed.get(one.sequence.sql, {})) for one in report.sequences}


def _result(report: pgseq.SequenceReport, wanted: dict[str, Any]) -> dict[str, Any]:
    applied = report.applied
    said: dict[str, Any] = {
        "applied": applied and applied.result,
        "status": report.status,
        "next_value": report.diagnosis.next_value,
        "from": applied and applied.before and applied.before.last_value,
        "to": applied and applied.after and applied.after.last_value,
    }
    return {key: said[key] for key in said if key in wanted or key not in ("from", "to")}
