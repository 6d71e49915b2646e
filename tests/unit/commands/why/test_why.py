"""The witnesses: what is seen, and what follows from it."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from pgseq.commands.why import Answer, Inquiry
from pgseq.commands.why.evidence import hear
from pgseq.commands.why.evidence.origin import origin
from pgseq.commands.why.model import Act, Case, Deed, File, Row, Sample, Statement, Table
from pgseq.model.sequences import Problem, Stored
from pgseq.render.text.terminal import Terminal
from pgseq.render.text.why import CauseDocument, CauseTable
from pgseq.render.writer import Detail, Unreachable
from tests.unit import factory

RELID = factory.feed().relid


def case(
    *,
    ahead: int = 20,
    uses: int = 1000,
    inserts: int = 0,
    last_value: int = 5,
    is_called: bool = True,
    rewritten: bool = False,
    log_count: int | None = 30,
    xids: int = 20,
    deeds: tuple[Deed, ...] = (),
    **sequence: Any,
) -> Case:
    """A sequence at 5 with `ahead` rows ahead, written by `xids` transactions, and no telling counters."""
    first = last_value + is_called
    stored = Stored(nearest=first, furthest=first + ahead - 1) if ahead else Stored()
    rows = tuple(Row(value=first + i, xid=700 + i % xids, relid=RELID) for i in range(ahead))
    table = Table(
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
    return Case(
        diagnosis=factory.diagnosis(last_value, is_called=is_called, stored=stored, **sequence),
        file=File(oid=1, namesakes=0, accesses=uses, rewritten=rewritten, **owner),  # type: ignore[arg-type]
        tables=(table,),
        samples=(Sample(feed=factory.feed(), ahead=rows, count=ahead),) if ahead else (),
        log_count=log_count,
        deeds=deeds,
    )


def deed(calls: int = 3, rows: int = 3, **act: Any) -> Deed:
    """Something that `app` did to users."""
    fields = {"kind": "insert", "schema": None, "relation": "users", "columns": ("id",), "text": "it"} | act
    return Deed(act=Act(**fields), statement=Statement(role="app", query="…", calls=calls, rows=rows))


def causes(of: Case) -> list[str]:
    return list(dict.fromkeys(one.cause for one in hear(of)))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"uses": 19, "inserts": 20}, "given"),
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
    assert origin(case(**fields)) == expected


def test_nothing_speaks_for_a_cause() -> None:
    assert causes(case()) == []


def test_healthy_and_unseen_sequences_have_none() -> None:
    busy = (deed(), deed(kind="setval", relation="users_id_seq", columns=None))
    assert causes(case(ahead=0, deeds=busy)) == []
    assert causes(case(deeds=busy)) == ["explicit_ids", "setval"]


def test_counters() -> None:
    assert causes(case(uses=3, inserts=20)) == ["explicit_ids"]
    assert causes(case(uses=3, inserts=20, xids=1)) == ["import"]
    assert causes(case(uses=30, inserts=25, log_count=0)) == ["setval"]
    assert causes(case(uses=30, inserts=25, log_count=0, rewritten=True)) == ["restart"]
    assert causes(case(uses=3, inserts=20, log_count=0, rewritten=True)) == ["explicit_ids"]


def test_a_position_that_drawing_does_not_leave() -> None:
    assert causes(case(is_called=False)) == ["setval"]
    assert causes(case(is_called=False, rewritten=True)) == ["restart"]
    assert causes(case(last_value=1, is_called=False)) == ["explicit_ids"]
    assert causes(case(last_value=1, is_called=False, rewritten=True)) == ["restart"]
    assert causes(case(last_value=1, is_called=False, rewritten=True, increment=2)) == []


def test_which_statements_count() -> None:
    assert causes(case(deeds=(deed(),))) == ["explicit_ids"]
    assert causes(case(deeds=(deed(kind="copy"),))) == ["import"]
    for other in ({"relation": "posts"}, {"schema": "other"}, {"columns": ("name",)}, {"rows": 0}):
        assert causes(case(deeds=(deed(**other),))) == []
    assert causes(case(deeds=(deed(kind="restart", relation="users_id_seq", columns=None),))) == ["restart"]
    assert causes(case(deeds=(deed(kind="restart", relation="other_seq", columns=None),))) == []


def test_which_sequence_a_setval_meant() -> None:
    unnamed: dict[str, Any] = {"kind": "setval", "relation": None, "columns": None}
    (ambiguous,) = hear(case(deeds=(deed(**unnamed),)))
    assert "does not keep which" in ambiguous.limit
    assert causes(case(uses=3, inserts=20, deeds=(deed(**unnamed),))) == ["explicit_ids"]
    assert causes(case(deeds=(deed(**unnamed, reads=frozenset({"posts"})),))) == []
    (about,) = hear(case(deeds=(deed(**unnamed, reads=frozenset({"users"})),)))
    assert about.limit == ""


def test_ids_drawn_beforehand_leave_the_same() -> None:
    """SELECT nextval(), then INSERT with the id: what a setval() then does to the sequence is not that INSERT's."""
    doings = (deed(rows=20), deed(kind="setval", relation="users_id_seq", columns=None))
    drawn: dict[str, Any] = {"uses": 30, "inserts": 25, "deeds": doings}
    assert causes(case(**drawn)) == ["setval", "explicit_ids"]
    (brought,) = [one for one in hear(case(**drawn)) if one.cause == "explicit_ids"]
    assert (brought.weight, brought.limit) == (50, "ids drawn beforehand by nextval() leave the same")
    (unclear,) = hear(case(deeds=(deed(),)))
    assert (unclear.weight, unclear.limit) == (80, "ids drawn beforehand by nextval() leave the same")
    given = hear(case(uses=3, inserts=20, deeds=(deed(),)))
    assert [one.limit for one in given if one.source == "pg_stat_statements"] == [""]
    (copied,) = hear(case(deeds=(deed(kind="copy"),)))
    assert copied.limit == ""


def test_calls_of_like_statements_are_added_up() -> None:
    (one,) = hear(case(deeds=(deed(calls=1, rows=1), deed(calls=2, rows=5))))
    assert one.text == "it gives id: 3 calls by app, 6 rows"


REASON = Problem(reason="pg_stat_statements is not loaded")
INQUIRY = Inquiry(
    report=factory.report(factory.behind(), factory.healthy()),
    answers=(
        Answer(examined=factory.behind(), evidence=hear(case(uses=1, inserts=20, deeds=(deed(),)))),
        Answer(examined=factory.behind(name="silent")),
        Answer(examined=factory.exhausted()),
        Answer(examined=factory.healthy(name="fine")),
    ),
    seen=("the catalog",),
    unseen=(REASON,),
    advice=("log_statement = mod",),
)


def shown(**detail: Any) -> list[str]:
    out = io.StringIO()
    CauseTable(Terminal(out), Detail(**detail)).database(INQUIRY)
    return out.getvalue().splitlines()


def test_table() -> None:
    assert shown() == [
        "app (PostgreSQL 18.6)",
        "",
        "public.users_id_seq → public.users.id: next insert fails",
        "    explicit ids  it gives id: 3 calls by app, 3 rows [pg_stat_statements]",
        "                  while 20 rows came in, the sequence was used 1 time: it cannot have handed out the "
        "ids of the 20 rows ahead of it [pg_stat_all_tables.n_tup_ins, pg_statio_all_sequences]",
        "",
        "public.silent → public.users.id: next insert fails",
        "    no trace is left of how it got there",
        "",
        "public.users_id_seq → public.users.id: exhausted",
        "    nothing speaks for a setval() or RESTART: it may simply have been used up",
        "",
        "Looked at: the catalog.",
        "Not seen: pg_stat_statements is not loaded",
        "For next time: log_statement = mod",
    ]
    assert "public.fine → public.users.id: in sync" in shown(verbose=True)
    assert "… 2 more" in shown(limit=1)
    assert "Looked at: the catalog." not in shown(quiet=True)


def test_document() -> None:
    out = io.StringIO()
    document = CauseDocument(out)
    document.database(INQUIRY)
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
