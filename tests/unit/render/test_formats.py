"""CSV and Markdown."""

from __future__ import annotations

import csv
import io

import pytest
from msgspec.structs import replace

from pgseq.model.changes import Applied
from pgseq.model.reports import DatabaseReport, Unreachable, no_findings
from pgseq.model.sequences import Position
from pgseq.render.csv.check import HEADER, Delimited
from pgseq.render.markdown.check import Markdown, code, plain
from pgseq.render.writer import Detail
from tests.unit import factory


def rows(*reports: DatabaseReport) -> list[dict[str, str]]:
    out = io.StringIO()
    delimited = Delimited(out)
    for report in reports:
        delimited.database(report)
    delimited.close()
    assert out.getvalue().startswith(",".join(HEADER))
    return list(csv.DictReader(io.StringIO(out.getvalue())))


def test_csv_has_a_line_for_each_sequence() -> None:
    hostile = 'public."a;b,""c\nd"'
    shared = (factory.feed(), factory.feed(table_sql="public.admins"))
    behind, healthy = rows(factory.report(factory.behind(feeds=shared), factory.healthy(name="x", sql=hostile)))
    assert behind["feeds"] == "public.users.id; public.admins.id"
    assert (behind["status"], behind["next_value"], behind["fix_next_value"]) == ("out_of_sync", "4", "11")
    assert (behind["is_called"], behind["codes"], behind["result"]) == ("true", "PGS001", "")
    assert (healthy["sql"], healthy["furthest"], healthy["reason"]) == (hostile.replace("\n", "\\n"), "", "")


def test_csv_tells_what_fix_did() -> None:
    position = Position(last_value=0, is_called=False)
    (row,) = rows(
        factory.report(
            replace(factory.behind(), applied=Applied(result="failed", before=position, reason="locked by pid 7"))
        )
    )
    assert (row["result"], row["from"], row["to"], row["reason"]) == ("failed", "0", "", "locked by pid 7")


MOVED = Applied(
    result="moved",
    before=Position(last_value=3, is_called=True),
    after=Position(last_value=10, is_called=True),
    sequence=factory.sequence(),
)
UNDO = "SELECT pg_catalog.setval('public.users_id_seq', 3, true) WHERE pg_catalog.current_database() = 'app'"


def test_csv_tells_how_to_undo() -> None:
    moved, healthy = rows(factory.report(replace(factory.behind(), applied=MOVED), factory.healthy()))
    assert (moved["undo"], healthy["undo"]) == (UNDO, "")


def test_what_is_ignored_says_so() -> None:
    """Its status is as it is, and its findings are left out: without the reason it would look out of sync."""
    ignored = replace(factory.behind(), find=no_findings, plan=None, ignored="loaded | every night")
    report = factory.report(ignored, factory.behind())
    assert [(one["status"], one["codes"], one["ignored"]) for one in rows(report)] == [
        ("out_of_sync", "", "loaded | every night"),
        ("out_of_sync", "PGS001", ""),
    ]
    out = io.StringIO()
    Markdown(out, Detail(verbose=True)).database(report)
    assert r"| next insert fails (ignored: loaded \| every night) |  |" in out.getvalue()
    assert "| next insert fails | PGS001" in out.getvalue()


def test_markdown_tells_how_to_undo() -> None:
    out = io.StringIO()
    hostile = replace(MOVED, sequence=factory.sequence(literal="'public.\"```\n\"'"))
    markdown = Markdown(out, Detail())
    markdown.database(factory.report(*(replace(factory.behind(), applied=one) for one in (MOVED, hostile))))
    block = out.getvalue().partition("To undo")[2].splitlines()
    assert block[:6] == [
        " (ROLLBACK does not undo setval):",
        "",
        "````sql",
        f"{UNDO};",
        "SELECT pg_catalog.setval('public.\"```\\n\"', 3, true) WHERE pg_catalog.current_database() = 'app';",
        "````",
    ]


def test_csv_without_sequences_is_a_header() -> None:
    assert rows() == rows(factory.report()) == []


def test_markdown_is_a_table_of_what_is_wrong() -> None:
    out = io.StringIO()
    markdown = Markdown(out, Detail(limit=1))
    markdown.database(factory.report(factory.behind(), factory.unseen(), factory.healthy()))
    markdown.unreachable(Unreachable(database="lost", reason="no route", hint=""))
    markdown.close()
    assert out.getvalue() == (
        "### app (PostgreSQL 18.6)\n"
        "\n"
        "| Sequence | Feeds | Next value | Stored up to | Status | Findings |\n"
        "|---|---|--:|--:|---|---|\n"
        "| `public.users_id_seq` | `public.users.id` | 4 | 10 | next insert fails | "
        "PGS001 4 is already stored<br>run pgseq fix |\n"
        "\n"
        "… and 1 more.\n"
        "\n"
        "1 in sync, 1 out of sync, 1 unknown\n"
        "\n"
        "### lost\n"
        "\n"
        "Left out: no route\n"
        "\n"
    )


@pytest.mark.parametrize(
    ("text", "span"),
    [("a.b", "`a.b`"), ("a|b", r"`a\|b`"), ("a`b", "``a`b``"), ("`a", "`` `a ``"), ("a``b", "```a``b```")],
)
def test_code_spans(text: str, span: str) -> None:
    assert code(text) == span


def test_what_markdown_would_obey_is_escaped() -> None:
    assert plain("a_b *c* <img> | [x](y) @all") == r"a\_b \*c\* \<img\> \| \[x\](y) \@all"
