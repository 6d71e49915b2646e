"""The ways out of a finding, one a line."""

from __future__ import annotations

import io

import pytest

from pgseq.model.diagnosis import Finding
from pgseq.model.hints import Hint, command, either, page
from pgseq.render.text import ways
from pgseq.render.text.terminal import Terminal
from tests.unit import factory
from tests.unit.render.test_terminal import Screen


def written(hint: str, color: str = "never") -> list[str]:
    out = io.StringIO()
    ways.write(Terminal(out, color), hint, 4)  # type: ignore[arg-type]
    return out.getvalue().splitlines()


def test_commands_stand_below_each_other() -> None:
    hint = either(
        "delete or renumber the row in public.t WHERE id = 5",
        Hint("continue below it: ", command("fix", "public.t", "--into-gap")),
        Hint("give them up: ", command("fix", "public.t", "--max-jump", "94%")),
    )
    assert written(hint) == [
        "    delete or renumber the row in public.t WHERE id = 5",
        "    continue below it  pgseq fix -t public.t --into-gap",
        "    give them up       pgseq fix -t public.t --max-jump 94%",
    ]
    assert hint.endswith(
        "WHERE id = 5; or continue below it: pgseq fix -t public.t --into-gap; or give them up: "
        "pgseq fix -t public.t --max-jump 94%"
    )


@pytest.mark.parametrize(
    ("hint", "lines"),
    [
        ("GRANT SELECT ON public.t TO me", ["    GRANT SELECT ON public.t TO me"]),
        (
            "make room: ALTER TABLE t ALTER COLUMN id TYPE bigint",
            ["    make room  ALTER TABLE t ALTER COLUMN id TYPE bigint"],
        ),
        ("see to it: it is late", ["    see to it: it is late"]),
        ("first: pgseq fix -d app", ["    first  pgseq fix -d app"]),
        ("pgseq lint --fix appends a setval()", ["    pgseq lint --fix appends a setval()"]),
        (Hint("declare it (", page("PGS008"), ")"), ["    declare it (pgseq explain PGS008)"]),
        (Hint(command("fix", 'public."a; or b"')), ["    pgseq fix -t 'public.\"a; or b\"'"]),
        ("names with; or in them", ["    names with; or in them"]),
        ("", []),
    ],
)
def test_each_kind(hint: str, lines: list[str]) -> None:
    assert written(hint) == lines


def test_what_is_pasted_has_its_colour_and_no_line_end_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    out = Screen()
    ways.write(Terminal(out, "always"), Hint("first: ", command("fix", f"public.{'t' * 60}")), 4)
    assert out.getvalue() == f"    first  \x1b[36mpgseq fix -t public.{'t' * 60}\x1b[0m\n"


def test_nothing_is_written_that_a_name_could_hide_in() -> None:
    assert written(Hint("a\x1b[31m: ", command("fix"))) == [r"    a\x1b[31m  pgseq fix"]


def test_nothing_is_said_twice() -> None:
    plain = Hint(command("fix", "public.t"))
    found = (factory.finding(hint=plain), Finding(code="PGS005", severity="warning", message="far", hint="look"))
    assert ways.unsaid(plain, found) == ""
    assert ways.unsaid(Hint(page("PGS005")), found) == ""
    assert ways.unsaid(Hint(page("PGS004")), found) == "pgseq explain PGS004"
    assert ways.unsaid("look", found) == "look"
