"""The tables of `fix`: the plan and the outcome."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import Any

from pgseq.model.changes import Applied
from pgseq.model.repair import Ahead, Gap
from pgseq.model.sequences import Position
from pgseq.render.text.fix import Outcome
from pgseq.render.text.terminal import Terminal
from pgseq.render.writer import Detail
from tests.unit import factory

BEFORE = Position(last_value=3, is_called=True)
MOVED = Applied(
    result="moved", before=BEFORE, after=Position(last_value=10, is_called=True), sequence=factory.sequence()
)


def tables(**detail: Any) -> tuple[io.StringIO, Outcome]:
    out = io.StringIO()
    return out, Outcome(Terminal(out), Detail(**detail))


def test_plan_says_what_moves_and_shows_the_first_statements() -> None:
    out, outcome = tables()
    outcome.plan(factory.report(*[factory.behind(name=f"s{n}") for n in range(5)], factory.exhausted()))
    text = out.getvalue()
    assert "public.s4           4  → 11  next insert fails; stored up to 10\n" in text
    assert text.count("BEGIN;\n") == 1
    assert "… 4 more, --sql FILE writes all\n" in text
    assert "PGS002  nextval() has reached its bound" in text


def test_plan_shows_the_bytes_of_the_step() -> None:
    out, outcome = tables()
    one = factory.behind()
    outcome.plan(factory.report(one))
    assert one.step is not None
    assert f"\n{one.step.sql}\n" in out.getvalue()


def test_plan_says_when_it_goes_into_a_gap() -> None:
    out, outcome = tables()
    one = factory.behind(1000)
    assert one.step is not None
    ahead = Ahead(stored=1, gap=Gap(first=5, last=999, here=False))
    into = replace(one.diagnosis, reading=replace(one.diagnosis.reading, ahead=ahead))
    outcome.plan(factory.report(replace(one, diagnosis=into, step=replace(one.step, next_value=5))))
    assert "→ 5  next insert fails; stored up to 1000; into the free stretch up to 999\n" in out.getvalue()


def test_outcome_tells_of_each_and_how_to_undo() -> None:
    out, outcome = tables()
    failed = Applied(result="failed", before=BEFORE, reason="public.users is locked by pid 7", hint="end it")
    report = factory.report(
        replace(factory.behind(name="b"), applied=failed),
        replace(factory.healthy(name="a"), applied=MOVED),
        factory.unseen(),
        factory.healthy(),
    )
    outcome.plan(report)
    out.truncate(out.seek(0))
    outcome.database(report)
    outcome.close()
    assert out.getvalue().splitlines() == [
        "app (PostgreSQL 18.6)",
        "",
        "Sequence  Result  From  To  Next",
        "public.b  failed     3   -     4",
        "          public.users is locked by pid 7",
        "          end it",
        "public.a  moved      3  10     4",
        "",
        "To undo (ROLLBACK does not undo setval):",
        f"{MOVED.undo} WHERE pg_catalog.current_database() = 'app';",
        "",
        "Sequence             Feeds            Next  Stored up to  Status",
        "public.users_id_seq  public.users.id     4             -  unknown",
        "  PGS006  could not look: no privilege to read public.users.id",
        "          GRANT SELECT ON public.users TO me",
        "",
        "2 in sync, 1 out of sync, 0 exhausted, 1 unknown",
    ]


def test_a_declined_plan_is_not_repeated() -> None:
    out, outcome = tables()
    report = factory.report(factory.behind())
    outcome.plan(report)
    out.truncate(out.seek(0))
    outcome.database(report)
    outcome.close()
    assert out.getvalue() == "Nothing was changed.\n0 in sync, 1 out of sync, 0 exhausted, 0 unknown\n"


def test_without_a_plan_the_outcome_is_what_check_shows() -> None:
    out, outcome = tables()
    outcome.database(factory.report(factory.exhausted()))
    assert "PGS002  nextval() has reached its bound" in out.getvalue()


def test_quiet_keeps_failures_and_the_undo() -> None:
    out, outcome = tables(quiet=True)
    moved = replace(factory.healthy(name="a"), applied=MOVED)
    outcome.database(factory.report(moved))
    assert "moved" not in out.getvalue()
    assert (
        "SELECT pg_catalog.setval('public.users_id_seq', 3, true) WHERE pg_catalog.current_database() = 'app';"
        in out.getvalue()
    )


def test_a_moved_one_that_collides_again_is_not_passed_over() -> None:
    out, outcome = tables()
    outcome.database(factory.report(replace(factory.behind(), applied=MOVED)))
    assert "PGS001  4 is already stored" in out.getvalue()
