"""Verdicts on a duplicate key, by where its sequence stands: pure, on values made by hand."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from pgseq.commands.explain.facts import Candidate, ErrorFacts, FedColumn, Index, KeyLookup
from pgseq.commands.explain.judge.dispatch import JUDGES, judge
from pgseq.commands.explain.model import Explanation, Occurrences, ParsedError, Verdict
from pgseq.model.sequences import NotSeen, Problem, Stored
from tests.unit import factory

INDEX = Index(
    oid=1,
    schema="public",
    name="users_pkey",
    relid=16385,
    table_schema="public",
    table="users",
    table_sql="public.users",
    columns=["id"],
    columns_sql=["id"],
    is_valid=True,
    predicate=None,
    pinned=True,
    integer_key=True,
    functions=[None],
    triggers=[],
    follows=[],
    table_columns=["id", "n"],
    sql="public.users_pkey",
    partitioned=False,
    is_partition=False,
    heap_bytes=8192,
    may_read=True,
)


def _told(
    value: int | None, last: int | Problem, *, occurrences: Occurrences | None = None, statement: str = "", **more: Any
) -> Explanation:
    error = ParsedError(
        kind="duplicate",
        sqlstate="23505",
        constraint="users_pkey",
        columns=("id",),
        values=None if value is None else str(value),
        statement=statement,
    )
    known = {"untouched": False, "sessions": 0} | {k: more.pop(k) for k in ("untouched", "sessions") if k in more}
    diagnosis = factory.diagnosis(last, **more)
    fed_column = FedColumn(diagnosis=diagnosis, feed=diagnosis.sequence.feeds[0], column="id", **known)
    candidate = Candidate(index=INDEX, fed_columns=(fed_column,), key_lookup=KeyLookup(by_index=True, by_heap=True))
    (told,) = judge(error, ErrorFacts(server=factory.server(), candidates=(candidate,)), occurrences)
    return told


@pytest.mark.parametrize(
    ("value", "last", "more", "verdict"),
    [
        (5, 5, {}, "was_behind"),
        (5, 105, {}, "was_behind"),
        (5, 106, {}, "client_value"),
        (5, 5000, {"untouched": True}, "was_behind"),
        (5, 5000, {"occurrences": Occurrences(in_a_row=3)}, "was_behind"),
        (5, 5000, {"occurrences": Occurrences(in_a_row=2)}, "client_value"),
        (6, 5, {}, "client_value"),
        (500, 5, {}, "client_value"),
        (0, 5, {}, "client_value"),
        (None, 5, {}, "cannot_tell"),
        (5, 10, {"statement": "INSERT INTO users (id, n) VALUES (5, 1)"}, "client_value"),
        (5, 10, {"statement": "INSERT INTO users (id, n) VALUES ($1, $2)"}, "client_value"),
        (5, 10, {"statement": "INSERT INTO users VALUES (DEFAULT, 5)"}, "was_behind"),
        (5, 10, {"statement": "INSERT INTO users VALUES (5, 1)"}, "client_value"),
        (500, 10, {"statement": "INSERT INTO users (n) VALUES (5)"}, "was_behind"),
        (5, 5000, {"statement": "INSERT INTO users (n) VALUES (5)"}, "was_behind"),
        (None, 10, {"statement": "INSERT INTO users (n) VALUES (5)"}, "was_behind"),
        (None, 10, {"statement": "INSERT INTO users (n, id) VALUES (1, 5)"}, "client_value"),
        (5, 10, {"statement": "UPDATE users SET id = id + 1"}, "client_value"),
        (5, 10, {"statement": "COPY users (id, n) FROM STDIN"}, "client_value"),
        (5, 10, {"statement": "COPY users (n) FROM STDIN"}, "was_behind"),
        (5, 10, {"statement": "INSERT INTO users (n) VALUES (5)"}, "was_behind"),
        (5, 10, {"statement": "INSERT INTO users (id, n) VALUES (55, 1)"}, "was_behind"),
        (5, 1000, {"cache": 20, "sessions": 2}, "cached"),
        (5, 6, {"cache": 20, "sessions": 0}, "was_behind"),
    ],
)
def test_in_sync(value: int | None, last: int, more: dict[str, Any], verdict: Verdict) -> None:
    assert _told(value, last, **more).verdict == verdict


@pytest.mark.parametrize(
    ("value", "verdict"), [(3, "behind"), (1, "behind"), (4, "behind"), (None, "behind"), (500, "client_value")]
)
def test_out_of_sync(value: int | None, verdict: Verdict) -> None:
    told = _told(value, 3, stored=Stored(nearest=4, furthest=10))
    assert (told.verdict, told.next, told.exit_code) == (verdict, "pgseq fix -t public.users", 1)
    assert told.besides == (None if verdict == "behind" else "behind")


@pytest.mark.parametrize("value", [None, 1, 3, 4, 7, 500, -5])
def test_what_the_statement_says_decides(value: int | None) -> None:
    """The position does not, where the statement leaves the column out, or lists it."""
    behind = Stored(nearest=4, furthest=10)
    told = _told(value, 3, stored=behind, statement="INSERT INTO users (n) VALUES ($1)")
    assert (told.verdict, told.besides, told.exit_code) == ("behind", None, 1)
    told = _told(value, 3, stored=behind, statement="INSERT INTO users (n, id) VALUES ($1, $2)")
    assert (told.verdict, told.besides, told.exit_code) == ("client_value", "behind", 1)
    assert "besides, the sequence is behind: 4 is stored already: the next insert fails" in told.evidence


def test_evidence_counts_the_inserts() -> None:
    told = _told(3, 3, stored=Stored(nearest=6, furthest=10))
    assert "6 is stored already: it fails after 2 inserts more" in told.evidence
    assert "the last stored value that it will come to is 10: up to 5 inserts will fail" in told.evidence


def test_unseen() -> None:
    told = _told(3, NotSeen(reason="no right", hint="GRANT it"))
    assert (told.verdict, told.next, told.exit_code) == ("cannot_tell", "GRANT it", 3)


def test_a_column_that_does_not_store_the_values_as_they_are() -> None:
    """What lies ahead of the sequence is then another column's."""
    why = NotSeen(reason="the default of public.users.id is not plainly the sequence's value: f()", hint="look")
    fed = factory.feed(expression="f()", unreadable=why)
    other = factory.feed(table="orders", table_sql="public.orders", relid=2)
    stored = (why, Stored(nearest=4, furthest=9))
    told = _told(4, 3, stored=stored, feeds=(fed, other))
    assert (told.verdict, told.evidence[-1], told.next) == ("cannot_tell", why.reason, "look")


@pytest.mark.parametrize(
    ("functions", "integer_key", "place"), [([None], False, None), ([None], True, 0), ([None, "f()"], False, 1)]
)
def test_the_column_that_a_sequence_may_feed_unseen(
    functions: list[str | None], integer_key: bool, place: int | None
) -> None:
    columns: list[str | None] = [*"ab"[: len(functions)]]
    index = replace(INDEX, functions=functions, integer_key=integer_key, columns=columns, columns_sql=columns)
    assert index.open == place
    assert index.label == f"public.users.{columns[place or 0]}"


def test_every_kind_is_judged_without_a_database() -> None:
    for kind in JUDGES:
        (told,) = judge(ParsedError(kind=kind, sqlstate="23505", message="m"), None)
        assert told.evidence
        assert told.exit_code in (0, 1, 3)
