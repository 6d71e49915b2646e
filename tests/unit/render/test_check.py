"""The table of `check`, as people see it."""

from __future__ import annotations

import io
from typing import Any

import pytest
from msgspec.structs import replace

from pgseq.model.reports import DatabaseReport, SequenceReport, Unreachable
from pgseq.model.sequences import Stored
from pgseq.render.text.check import CheckTable
from pgseq.render.text.terminal import Color, Terminal
from pgseq.render.writer import Detail
from tests.unit import factory
from tests.unit.render.test_terminal import Screen


def shown(*reports: DatabaseReport, color: Color = "auto", screen: bool = False, **detail: Any) -> str:
    out = Screen() if screen else io.StringIO()
    table = CheckTable(Terminal(out, color), Detail(**detail))
    for report in reports:
        table.database(report)
    table.close()
    return out.getvalue()


def test_problems_with_their_findings_and_the_sums() -> None:
    report = factory.report(factory.behind(50, 45), factory.exhausted(), factory.unseen(), factory.healthy())
    assert shown(report).splitlines() == [
        "app (PostgreSQL 18.6)",
        "",
        "✗ public.users.id  next 4  stored up to 50  fails after 41 inserts",
        "    45 is already stored  PGS001",
        "    run pgseq fix",
        "✗ public.users.id  exhausted: nextval() has reached its bound  PGS002",
        "    run pgseq fix",
        "? public.users.id  unknown: could not look: no privilege to read public.users.id  PGS006",
        "    GRANT SELECT ON public.users TO me",
        "",
        "1 in sync, 1 out of sync, 1 exhausted, 1 unknown",
    ]


@pytest.mark.parametrize(
    ("nearest", "state"),
    [(4, "next insert fails"), (5, "fails after 1 insert"), (45, "fails after 41 inserts")],
)
def test_state(nearest: int, state: str) -> None:
    assert f"  {state}\n" in shown(factory.report(factory.behind(50, nearest)))


def test_healthy_ones_are_counted_and_listed_when_verbose() -> None:
    remark = factory.finding(code="PGS008", severity="info", message="feeds no column", hint="")
    report = factory.report(replace(factory.healthy(feeds=()), find=lambda _: (remark,)))
    assert shown(report) == "app (PostgreSQL 18.6)\n\n1 feeds no column\n"
    assert "✓ public.users_id_seq  next 4  in sync\n" in shown(report, verbose=True)
    assert "    feeds no column  PGS008\n" in shown(report, verbose=True)


def test_a_warning_about_a_healthy_one_is_shown() -> None:
    warning = factory.finding(code="PGS016", severity="warning", message="nearly used up")
    report = factory.report(replace(factory.healthy(), find=lambda _: (warning,)))
    assert "! public.users.id  nearly used up  PGS016\n" in shown(report)
    assert shown(report, quiet=True) == ""


def test_ignored_ones_are_counted_apart() -> None:
    report = factory.report(replace(factory.behind(), ignored="rebuilt every night"))
    assert shown(report).endswith("\n\n1 ignored\n")
    assert "(ignored: rebuilt every night)" in shown(report, verbose=True)


def test_quiet_shows_problems_only() -> None:
    assert shown(factory.report(factory.healthy()), quiet=True) == ""
    assert "in sync" not in shown(factory.report(factory.behind()), quiet=True)


def test_limit() -> None:
    text = shown(factory.report(*[factory.behind() for _ in range(5)]), limit=2)
    assert text.count("next insert fails") == 2
    assert "… 3 more, --limit all lists them\n" in text
    assert "5 out of sync" in text


def test_hostile_names_are_shown_and_not_obeyed() -> None:
    name = 'public."[bold]a\x1b[31m\nb\u202ec"'
    one = factory.behind(name="x", sql=name)
    text = shown(factory.report(one, database="d\x1b]0;title\x07"), color="always")
    assert r'public."[bold]a\x1b[31m\nb\u202ec"' in text
    assert r"d\x1b]0;title\x07" in text


def test_no_line_is_wider_than_the_screen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    long = factory.feed(table_sql=f"warehouse.{'t' * 63}", column_sql=f'"{"c" * 63}"')
    message = factory.finding(message="a rather long message about it " * 10)
    one = replace(factory.behind(name="s" * 63, feeds=(long, long)), find=lambda _: (message,))
    lines = shown(factory.report(one, factory.exhausted()), screen=True, color="never").splitlines()
    assert max(map(len, lines)) <= 80


def test_nothing_is_cut_in_a_pipe() -> None:
    long = factory.feed(table_sql=f"warehouse.{'t' * 63}", column_sql=f'"{"c" * 63}"')
    line = next(text for text in shown(factory.report(factory.behind(feeds=(long,)))).splitlines() if "ttt" in text)
    assert line.startswith(f'✗ warehouse.{"t" * 63}."{"c" * 63}"  ')


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (factory.behind(), "1;31"),
        (factory.exhausted(), "1;31"),
        (factory.unseen(), "1;33"),
        (factory.healthy(), "32"),
    ],
)
def test_colours_say_what_is_wrong(one: Any, code: str) -> None:
    assert f"\x1b[{code}m" in shown(factory.report(one), color="always", verbose=True)


def test_sums_over_several_databases() -> None:
    text = shown(factory.report(factory.behind()), factory.report(factory.healthy(), database="other"))
    assert "other (PostgreSQL 18.6)" in text
    assert text.endswith("1 in sync, 1 out of sync\n")


def test_a_standby_is_named() -> None:
    assert shown(factory.report(in_recovery=True)).startswith("app (PostgreSQL 18.6, standby)\n")


def test_nothing_is_summed_up_when_nothing_was_reached() -> None:
    out = io.StringIO()
    table = CheckTable(Terminal(out), Detail())
    table.unreachable(Unreachable(database="lost", reason="gone", hint=""))
    table.close()
    assert out.getvalue() == ""


@pytest.mark.parametrize(
    ("overrides", "heading"),
    [
        ({"host": "db1", "port": 5432}, "app on db1:5432 (PostgreSQL 18.6)"),
        ({"host": "::1", "port": 5432}, "app on [::1]:5432 (PostgreSQL 18.6)"),
        ({"host": "/run/postgresql", "port": 5433}, "app on local socket:5433 (PostgreSQL 18.6)"),
        ({"host": "@abstract", "port": 5432}, "app on local socket:5432 (PostgreSQL 18.6)"),
        (
            {"version": "19.1", "version_num": 190001},
            "app (PostgreSQL 19.1, pgseq is not tested with PostgreSQL 19)",
        ),
    ],
)
def test_heading(overrides: dict[str, Any], heading: str) -> None:
    assert shown(factory.report(**overrides)).splitlines()[0] == heading


def test_what_is_stored_beyond_between_its_values_is_not_hidden() -> None:
    """Of INCREMENT 50 and ids up to 1000 it will come to 951 last."""
    stored = Stored(nearest=51, furthest=951, off_grid=1000)
    judged = factory.diagnosis(1, stored=stored, increment=50)
    report = factory.report(SequenceReport(diagnosis=judged, find=lambda _: (factory.finding(),)))
    assert "  stored up to 951 on its grid  " in shown(report)
    below = SequenceReport(diagnosis=factory.diagnosis(1, stored=replace(stored, off_grid=60), increment=50))
    assert "  stored up to 951  " in shown(factory.report(below))
