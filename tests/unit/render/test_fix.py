"""The tables of `fix`: the plan and the outcome."""

from __future__ import annotations

import io
from typing import Any

from msgspec.structs import replace

from pgseq.model.changes import Applied
from pgseq.model.repair import Ahead, Gap
from pgseq.model.sequences import Position
from pgseq.render.text.fix import FixTable
from pgseq.render.text.terminal import Terminal
from pgseq.render.writer import Detail
from tests.unit import factory

BEFORE = Position(last_value=3, is_called=True)
MOVED = Applied(
    result="moved", before=BEFORE, after=Position(last_value=10, is_called=True), sequence=factory.sequence()
)


def tables(**detail: Any) -> tuple[io.StringIO, FixTable]:
    out = io.StringIO()
    return out, FixTable(Terminal(out), Detail(**detail))


def test_plan_says_what_moves_next_to_the_question() -> None:
    out, outcome = tables()
    outcome.plan(factory.report(*[factory.behind(name=f"s{n}") for n in range(5)], factory.exhausted()))
    text = out.getvalue()
    assert "  public.s4 → public.users.id  next 4 → 11  next insert fails, stored up to 10\n" in text
    assert "BEGIN" not in text
    assert "exhausted: nextval() has reached its bound  PGS002\n" in text.partition("next 4 → 11")[0]
    assert text.endswith("\nrepairs 5, leaves 1; -v shows the SQL, --sql FILE writes it\n\n")


def test_plan_shows_the_bytes_of_the_step_where_asked_for() -> None:
    out, outcome = tables(verbose=True)
    one = factory.behind()
    outcome.plan(factory.report(one))
    assert one.step is not None
    assert f"\n{one.step.sql}\n" in out.getvalue().partition("next 4 → 11")[0]


def test_plan_says_when_it_goes_into_a_gap() -> None:
    out, outcome = tables()
    one = factory.behind(1000)
    assert one.step is not None
    ahead = Ahead(stored=1, gap=Gap(first=5, last=999, here=False))
    into = replace(one.diagnosis, reading=replace(one.diagnosis.reading, ahead=ahead))
    outcome.plan(factory.report(replace(one, diagnosis=into, plan=replace(one.step, next_value=5))))
    assert "next 4 → 5  next insert fails, stored up to 1,000; into the free stretch up to 999\n" in out.getvalue()


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
        "✗ public.b → public.users.id  failed        next 4",
        "    public.users is locked by pid 7",
        "    end it",
        "✓ public.a → public.users.id  moved 3 → 10  next 4",
        "",
        "To undo (ROLLBACK does not undo setval):",
        f"{MOVED.undo};",
        "",
        "2 in sync, 1 out of sync, 1 unknown",
    ]


def test_a_declined_plan_is_not_repeated() -> None:
    out, outcome = tables()
    report = factory.report(factory.behind())
    outcome.plan(report)
    out.truncate(out.seek(0))
    outcome.database(report)
    outcome.close()
    assert out.getvalue() == "Nothing was changed.\n1 out of sync\n"


def test_what_the_plan_says_of_those_left_is_not_repeated() -> None:
    out, outcome = tables()
    left = factory.exhausted(name="full")
    outcome.plan(factory.report(factory.behind(), left))
    planned = out.getvalue()
    outcome.database(factory.report(replace(factory.behind(), applied=MOVED), left))
    assert "full" in planned
    assert "full" not in out.getvalue().removeprefix(planned)


def test_without_a_plan_the_outcome_is_what_check_shows() -> None:
    out, outcome = tables()
    outcome.database(factory.report(factory.exhausted()))
    assert "exhausted: nextval() has reached its bound  PGS002\n" in out.getvalue()


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
    assert "4 is already stored  PGS001\n" in out.getvalue()
