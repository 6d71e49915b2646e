"""CSV and Markdown of `sync`."""

from __future__ import annotations

import csv
import io

from msgspec.structs import replace

from pgseq.commands.sync import Comparison, Cutover, Source, SourceSequence
from pgseq.commands.sync.model import Instance
from pgseq.model.changes import Applied
from pgseq.model.sequences import NotSeen, Position
from pgseq.render.csv import check as delimited
from pgseq.render.csv.sync import HEADER, CutoverCsv
from pgseq.render.markdown.sync import CutoverMarkdown
from pgseq.render.writer import Detail
from tests.unit import factory

SOURCE = Source(
    server=factory.server(database="old", version="14.23"),
    instance=Instance(started=1, database=1, read_only=True, exempt=[], others=0),
    sequences=(),
)
AT_100 = Position(last_value=100, is_called=True)
THERE = SourceSequence(sequence=factory.sequence(schema="old"), how="map", position=AT_100)
BEHIND = Comparison(report=factory.healthy(name="a|b"), source=THERE, lag=97, differences=("CACHE: 1, 20", "CYCLE"))
HIDDEN = Comparison(
    report=factory.healthy(oid=2), source=replace(THERE, position=NotSeen(reason="no right to read it"))
)
ALONE = Comparison(report=factory.healthy(oid=3, name="alone"))
MOVED = Applied(
    result="moved", before=Position(last_value=3, is_called=True), after=AT_100, sequence=factory.sequence()
)


def cutover(*comparisons: Comparison) -> Cutover:
    """What was seen of sequences, and one that the source alone has."""
    target = factory.report(*(one.report for one in comparisons))
    missing = (factory.sequence(oid=9, schema="x", name="y"),)
    return Cutover(source=SOURCE, target=target, comparisons=comparisons, missing_on_target=missing)


def lines(found: Cutover) -> list[dict[str, str]]:
    """The lines of a CSV, by column."""
    out = io.StringIO()
    CutoverCsv(out).database(found)
    return list(csv.DictReader(io.StringIO(out.getvalue())))


def markdown(found: Cutover, *, quiet: bool = False) -> list[str]:
    """The lines of a table in Markdown."""
    out = io.StringIO()
    CutoverMarkdown(out, Detail(quiet=quiet)).database(found)
    return out.getvalue().splitlines()


def test_csv_has_the_columns_of_a_check_and_the_source_beside() -> None:
    behind, hidden, alone, missing = lines(cutover(BEHIND, HIDDEN, ALONE))
    assert HEADER[: len(delimited.HEADER)] == delimited.HEADER
    assert {name: behind[name] for name in HEADER[len(delimited.HEADER) :]} == {
        "source_schema": "old",
        "source_name": "users_id_seq",
        "source_last_value": "100",
        "source_is_called": "true",
        "source_next_value": "101",
        "lag": "97",
        "differences": "CACHE: 1, 20; CYCLE",
    }
    assert (behind["name"], behind["next_value"], behind["status"]) == ("a|b", "4", "ok")
    assert (hidden["source_name"], hidden["source_last_value"], hidden["lag"]) == ("users_id_seq", "", "")
    assert (alone["name"], alone["source_name"], alone["lag"]) == ("alone", "", "")
    assert {name: value for name, value in missing.items() if value} == {
        "database": "app",
        "source_schema": "x",
        "source_name": "y",
    }


def test_csv_tells_what_was_moved() -> None:
    moved = replace(BEHIND, report=replace(BEHIND.report, applied=MOVED), lag=0)
    row = lines(cutover(moved))[0]
    assert (row["result"], row["from"], row["to"], row["lag"]) == ("moved", "3", "100", "0")


def test_markdown() -> None:
    assert markdown(cutover(BEHIND, HIDDEN, ALONE)) == [
        "### old (PostgreSQL 14.23) → app (PostgreSQL 18.6)",
        "",
        "| Sequence | Next on source | Next on target | Behind | Status | Remarks |",
        "|---|--:|--:|--:|---|---|",
        r"| `public.a\|b` | 101 | 4 | 97 | behind | CACHE: 1, 20<br>CYCLE<br>"
        r"goes on from public.users\_id\_seq (as laid down) |",
        r"| `public.users_id_seq` | ? | 4 | - | source not seen | "
        r"goes on from public.users\_id\_seq (as laid down)<br>no right to read it |",
        "",
        "on the source alone, feeding columns there: public.y",
        "",
        r"--map names what goes on from them, -T leaves them out",
        "",
        "on the target alone: public.alone",
        "",
        "--create-missing prints the DDL of those on the source alone",
        "",
        "The source is read-only, and no other session is left there: this is its last word.",
        "",
        "0 not behind the source, 1 behind, 1 not compared; 3 in sync",
        "",
    ]


def test_markdown_of_what_was_moved() -> None:
    moved = replace(BEHIND, report=replace(BEHIND.report, applied=MOVED), lag=0, differences=())
    told = markdown(cutover(moved), quiet=True)
    assert told[4].startswith(r"| `public.a\|b` | 101 | 4 | 0 | moved 3 → 100 | ")
    assert (
        "SELECT pg_catalog.setval('public.users_id_seq', 3, true) WHERE pg_catalog.current_database() = 'app';" in told
    )
    assert told[-2].startswith("1 not behind the source")
