"""The sources of evidence: from facts to causes."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from pgseq.commands.why import SequenceCauses, WhyReport
from pgseq.commands.why.evidence import rank
from pgseq.commands.why.evidence.origin import origin
from pgseq.commands.why.model import (
    Effect,
    FedTable,
    FeedSample,
    SequenceFacts,
    SequenceFile,
    StatementStats,
    StatementUse,
    StoredRow,
)
from pgseq.model.reports import Unreachable
from pgseq.model.sequences import NotSeen, Stored
from pgseq.render.text.terminal import Terminal
from pgseq.render.text.why import CauseDocument, CauseTable
from pgseq.render.writer import Detail
from tests.unit import factory

RELID = factory.feed().relid


def facts(
    *,
    ahead: int = 20,
    uses: int = 1000,
    inserts: int = 0,
    last_value: int = 5,
    is_called: bool = True,
    rewritten: bool = False,
    log_count: int | None = 30,
    xids: int = 20,
    statement_uses: tuple[StatementUse, ...] = (),
    **sequence: Any,
) -> SequenceFacts:
    """A sequence at 5 with `ahead` rows ahead, written by `xids` transactions, and no telling counters."""
    first = last_value + is_called
    stored = Stored(nearest=first, furthest=first + ahead - 1) if ahead else Stored()
    rows = tuple(StoredRow(value=first + i, xid=700 + i % xids, relid=RELID) for i in range(ahead))
    table = FedTable(
        root=RELID,
        relid=RELID,
        schema="public",
        name="users",
        sql="public.users",
        holds_rows=True,
        columns=("id", "name"),
        namesakes=0,
        inserts=inserts,
        attached=False,
    )
    owner = {"owner_relid": RELID, "owner": "public.users.id"}
    return SequenceFacts(
        diagnosis=factory.diagnosis(last_value, is_called=is_called, stored=stored, **sequence),
        file=SequenceFile(oid=1, namesakes=0, accesses=uses, rewritten=rewritten, **owner),  # type: ignore[arg-type]
        tables=(table,),
        samples=(FeedSample(feed=factory.feed(), ahead=rows, count=ahead),) if ahead else (),
        log_count=log_count,
        statement_uses=statement_uses,
    )


def use(calls: int = 3, rows: int = 3, **effect: Any) -> StatementUse:
    """Something that `app` did to users."""
    fields = {"kind": "insert", "schema": None, "relation": "users", "columns": ("id",), "text": "it"} | effect
    return StatementUse(
        effect=Effect(**fields), statement=StatementStats(role="app", query="…", calls=calls, rows=rows)
    )


def causes(of: SequenceFacts) -> list[str]:
    return list(dict.fromkeys(one.cause for one in rank(of)))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"uses": 19, "inserts": 20}, "supplied"),
        ({"uses": 19, "inserts": 19}, "unclear"),  # the counters began later than the rows
        ({"uses": 19, "inserts": 20, "cache": 32}, "drawn"),
        ({"uses": 25, "inserts": 25}, "drawn"),
        ({"uses": 24, "inserts": 25}, "unclear"),
        ({"uses": 101, "inserts": 25}, "unclear"),  # something reads it all the time
        ({"uses": 100, "inserts": 25}, "drawn"),
        ({"ahead": 0, "uses": 100, "inserts": 100}, "unclear"),
    ],
)
def test_origin(fields: dict[str, Any], expected: str) -> None:
    assert origin(facts(**fields)) == expected


def test_nothing_speaks_for_a_cause() -> None:
    assert causes(facts()) == []


def test_healthy_and_unseen_sequences_have_none() -> None:
    busy = (use(), use(kind="setval", relation="users_id_seq", columns=None))
    assert causes(facts(ahead=0, statement_uses=busy)) == []
    assert causes(facts(statement_uses=busy)) == ["explicit_ids", "setval"]


def test_counters() -> None:
    assert causes(facts(uses=3, inserts=20)) == ["explicit_ids"]
    assert causes(facts(uses=3, inserts=20, xids=1)) == ["import"]
    assert causes(facts(uses=30, inserts=25, log_count=0)) == ["setval"]
    assert causes(facts(uses=30, inserts=25, log_count=0, rewritten=True)) == ["restart"]
    assert causes(facts(uses=3, inserts=20, log_count=0, rewritten=True)) == ["explicit_ids"]


def test_a_position_that_drawing_does_not_leave() -> None:
    assert causes(facts(is_called=False)) == ["setval"]
    assert causes(facts(is_called=False, rewritten=True)) == ["restart"]
    assert causes(facts(last_value=1, is_called=False)) == ["explicit_ids"]
    assert causes(facts(last_value=1, is_called=False, rewritten=True)) == ["restart"]
    assert causes(facts(last_value=1, is_called=False, rewritten=True, increment=2)) == []


def test_which_statements_count() -> None:
    assert causes(facts(statement_uses=(use(),))) == ["explicit_ids"]
    assert causes(facts(statement_uses=(use(kind="copy"),))) == ["import"]
    for other in ({"relation": "posts"}, {"schema": "other"}, {"columns": ("name",)}, {"rows": 0}):
        assert causes(facts(statement_uses=(use(**other),))) == []
    assert causes(facts(statement_uses=(use(kind="restart", relation="users_id_seq", columns=None),))) == ["restart"]
    assert causes(facts(statement_uses=(use(kind="restart", relation="other_seq", columns=None),))) == []


def test_which_sequence_a_setval_meant() -> None:
    unnamed: dict[str, Any] = {"kind": "setval", "relation": None, "columns": None}
    (ambiguous,) = rank(facts(statement_uses=(use(**unnamed),)))
    assert "does not keep which" in ambiguous.limit
    assert causes(facts(uses=3, inserts=20, statement_uses=(use(**unnamed),))) == ["explicit_ids"]
    assert causes(facts(statement_uses=(use(**unnamed, reads=frozenset({"posts"})),))) == []
    (about,) = rank(facts(statement_uses=(use(**unnamed, reads=frozenset({"users"})),)))
    assert about.limit == ""


def test_ids_drawn_beforehand_leave_the_same() -> None:
    """SELECT nextval(), then INSERT with the id: what a setval() then does to the sequence is not that INSERT's."""
    doings = (use(rows=20), use(kind="setval", relation="users_id_seq", columns=None))
    drawn: dict[str, Any] = {"uses": 30, "inserts": 25, "statement_uses": doings}
    assert causes(facts(**drawn)) == ["setval", "explicit_ids"]
    (brought,) = [one for one in rank(facts(**drawn)) if one.cause == "explicit_ids"]
    assert (brought.weight, brought.limit) == (50, "ids drawn beforehand by nextval() leave the same")
    (unclear,) = rank(facts(statement_uses=(use(),)))
    assert (unclear.weight, unclear.limit) == (80, "ids drawn beforehand by nextval() leave the same")
    supplied = rank(facts(uses=3, inserts=20, statement_uses=(use(),)))
    assert [one.limit for one in supplied if one.source == "pg_stat_statements"] == [""]
    (copied,) = rank(facts(statement_uses=(use(kind="copy"),)))
    assert copied.limit == ""


def test_calls_of_like_statements_are_added_up() -> None:
    (one,) = rank(facts(statement_uses=(use(calls=1, rows=1), use(calls=2, rows=5))))
    assert one.text == "it gives id: 3 calls by app, 6 rows"


REASON = NotSeen(reason="pg_stat_statements is not loaded")
WHY_REPORT = WhyReport(
    database_report=factory.report(factory.behind(), factory.healthy()),
    sequences=(
        SequenceCauses(report=factory.behind(), evidence=rank(facts(uses=1, inserts=20, statement_uses=(use(),)))),
        SequenceCauses(report=factory.behind(name="silent")),
        SequenceCauses(report=factory.exhausted()),
        SequenceCauses(report=factory.healthy(name="fine")),
    ),
    sources=("the catalog",),
    problems=(REASON,),
    advice=("log_statement = mod",),
)


def shown(**detail: Any) -> list[str]:
    out = io.StringIO()
    CauseTable(Terminal(out), Detail(**detail)).database(WHY_REPORT)
    return out.getvalue().splitlines()


def test_table() -> None:
    assert shown() == [
        "app (PostgreSQL 18.6)",
        "",
        "✗ public.users.id  next 4  stored up to 10  next insert fails",
        "    explicit ids  it gives id: 3 calls by app, 3 rows [pg_stat_statements]",
        "                  while 20 rows came in, the sequence was used 1 time: it cannot have handed out the "
        "ids of the 20 rows ahead of it [pg_stat_all_tables.n_tup_ins, pg_statio_all_sequences]",
        "",
        "✗ public.silent → public.users.id  next 4  stored up to 10  next insert fails",
        "    no trace is left of how it got there",
        "",
        "✗ public.users.id  exhausted",
        "    nothing speaks for a setval() or RESTART: it may simply have been used up",
        "",
        "Looked at: the catalog.",
        "Not seen: pg_stat_statements is not loaded",
        "For next time: log_statement = mod",
    ]
    assert "✓ public.fine → public.users.id  next 4  in sync" in shown(verbose=True)
    assert "… 2 more, --limit all lists them" in shown(limit=1)
    assert "Looked at: the catalog." not in shown(quiet=True)


def test_document() -> None:
    out = io.StringIO()
    document = CauseDocument(out)
    document.database(WHY_REPORT)
    document.unreachable(Unreachable(database="lost", reason="gone", hint="look"))
    document.close()
    answer = json.loads(out.getvalue())
    assert list(answer) == ["format", "pgseq", "sequences", "databases", "unreachable"]
    first = answer["sequences"][0]
    assert (first["schema"], first["name"], first["status"]) == ("public", "users_id_seq", "out_of_sync")
    assert first["causes"][0] == {
        "cause": "explicit_ids",
        "evidence": "it gives id: 3 calls by app, 3 rows",
        "source": "pg_stat_statements",
        "limit": None,
    }
    assert answer["databases"][0]["not_seen"] == [{"reason": "pg_stat_statements is not loaded", "hint": ""}]
