"""The JSON document: its contract, its order, and that it is one document however many databases there are."""

from __future__ import annotations

import io
import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from msgspec.structs import replace

from pgseq.model.changes import Applied
from pgseq.model.reports import DatabaseReport, Unreachable
from pgseq.model.sequences import NotSeen, Position
from pgseq.render.json.check import check_document
from tests.unit import factory

SCHEMA = Path(__file__).parents[3] / "docs" / "check.schema.json"

LOST = Unreachable(database="lost", reason="no route", hint="check host")
BEHIND = factory.behind()
MOVED = replace(
    BEHIND,
    applied=Applied(
        result="moved",
        before=Position(last_value=3, is_called=True),
        after=Position(last_value=10, is_called=True),
        sequence=BEHIND.sequence,
    ),
)


@cache
def validator() -> Draft202012Validator:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def written(*reports: DatabaseReport, lost: tuple[Unreachable, ...] = ()) -> Any:
    out = io.StringIO()
    document = check_document(out)
    for report in reports:
        document.database(report)
    for one in lost:
        document.unreachable(one)
    document.close()
    answer = json.loads(out.getvalue())
    validator().validate(answer)
    return answer


@pytest.mark.parametrize(
    "reports",
    [
        (),
        (factory.report(),),
        (factory.report(), factory.report(BEHIND, factory.healthy())),
        (factory.report(BEHIND, factory.unseen(), factory.exhausted(), database="b"), factory.report()),
        (factory.report(MOVED),),
        (factory.report(replace(factory.healthy(extension="postgis"), ignored="theirs")),),
        (factory.report(factory.healthy(name='"a\nb\x1b[31m\u202e\U0001f600"')),),
    ],
)
@pytest.mark.parametrize("lost", [(), (LOST, LOST)])
def test_is_one_document_of_the_contract(reports: tuple[DatabaseReport, ...], lost: tuple[Unreachable, ...]) -> None:
    answer = written(*reports, lost=lost)
    assert [len(database["sequences"]) for database in answer["databases"]] == [
        len(report.sequences) for report in reports
    ]
    assert len(answer.get("unreachable", [])) == len(lost)


def test_the_example_of_the_contract() -> None:
    (database,) = written(factory.report(BEHIND))["databases"]
    (sequence,) = database["sequences"]
    assert list(sequence) == [
        *("schema", "name", "sql", "data_type", "start", "increment", "min", "max", "cache", "cycle"),
        *("last_value", "is_called", "next_value", "feeds", "status", "inserts_until_collision", "furthest"),
        *("reason", "fix", "repair", "left", "findings"),
    ]
    assert sequence["fix"]["next_value"] == 11
    assert sequence["fix"]["sql"].startswith("BEGIN;\n")
    assert (sequence["last_value"], sequence["next_value"], sequence["furthest"]) == (3, 4, 10)


def test_what_was_not_seen_is_null() -> None:
    unseen = NotSeen(reason="no right", hint="GRANT")
    one = replace(factory.healthy(), diagnosis=factory.diagnosis(unseen))
    (sequence,) = written(factory.report(one))["databases"][0]["sequences"]
    assert [sequence[key] for key in ("last_value", "is_called", "next_value")] == [None, None, None]
    assert (sequence["status"], sequence["reason"]) == ("unknown", "no right")


def test_applied_only_where_something_was_needed() -> None:
    moved, healthy = written(factory.report(MOVED, factory.healthy()))["databases"][0]["sequences"]
    assert moved["applied"] == {
        "result": "moved",
        "from": 3,
        "to": 10,
        "reason": None,
        "hint": None,
        "undo": "SELECT pg_catalog.setval('public.users_id_seq', 3, true) WHERE pg_catalog.current_database() = 'app'",
    }
    assert "applied" not in healthy


def test_sums_leave_out_what_is_ignored() -> None:
    ignored = replace(factory.behind(), ignored="rebuilt every night")
    answer = written(factory.report(ignored, BEHIND, factory.healthy(), factory.exhausted(), factory.unseen()))
    assert answer["summary"] == {"ok": 1, "out_of_sync": 1, "exhausted": 1, "unknown": 1, "feeds_no_column": 0}


def test_only_ascii_is_written() -> None:
    out = io.StringIO()
    check_document(out).database(factory.report(factory.healthy(name='"\x9b31m Größe"')))
    assert out.getvalue().isascii()
    assert "\x1b" not in out.getvalue()
