"""What people are told: exit codes, whether the source is closed, several passes as one."""

from __future__ import annotations

import io

import pytest
from msgspec.structs import replace

from pgseq.cli.run.sync_watch import WatchResult
from pgseq.commands.sync import Comparison, Cutover, Source, SourceSequence
from pgseq.commands.sync.model import Instance
from pgseq.model.changes import Applied
from pgseq.model.reports import SequenceReport
from pgseq.model.sequences import NotSeen, Position, Refused, Sequence
from pgseq.render.text.sync import CutoverTable
from pgseq.render.text.sync_words import doubts, writers
from pgseq.render.text.terminal import Terminal
from pgseq.render.writer import Detail
from tests.unit import factory

OPEN = Instance(started=1, database=1, read_only=False, exempt=[], others=3)
SOURCE = Source(server=factory.server(database="old", version="14.23"), instance=OPEN, sequences=())
THERE = SourceSequence(sequence=factory.sequence(), how="name", position=Position(last_value=100, is_called=True))
HIDDEN = replace(THERE, position=NotSeen(reason="no right to read it", hint="GRANT SELECT"))
NOTHING = (
    "nothing was compared: no sequence of the target has a counterpart on the source. "
    "Are these the databases that were meant? --map names pairs that differ in name and column"
)
UNDO = "SELECT pg_catalog.setval('public.users_id_seq', 3, true) WHERE pg_catalog.current_database() = 'app'"


def cutover(*comparisons: Comparison, source: Source = SOURCE, missing: tuple[Sequence, ...] = ()) -> Cutover:
    """What was seen of sequences, and those that the source alone has."""
    target = factory.report(*(one.report for one in comparisons))
    return Cutover(source=source, target=target, comparisons=comparisons, missing_on_target=missing)


def moved(before: int, after: int) -> Applied:
    """A move, with the statement that undoes it."""
    ends = (Position(last_value=value, is_called=True) for value in (before, after))
    return Applied(result="moved", before=next(ends), after=next(ends), sequence=factory.sequence())


def level(**changes: object) -> Comparison:
    """A sequence that is not behind."""
    return Comparison(report=replace(factory.healthy(), **changes), source=THERE, lag=0)


@pytest.mark.parametrize(
    ("one", "code"),
    [
        (level(), 0),
        (Comparison(report=factory.healthy(), source=THERE, lag=97), 1),
        (Comparison(report=factory.behind(), source=THERE, lag=0), 1),
        (Comparison(report=factory.healthy(), source=HIDDEN), 3),
        (Comparison(report=factory.unseen(), source=THERE, lag=0), 3),
        (level(plan=Refused(reason="it counts the other way")), 1),
        (level(applied=Applied(result="skipped", reason="no")), 1),
        (replace(level(), without_default=(factory.feed(),)), 3),
        (Comparison(report=replace(factory.healthy(), ignored="by night"), source=THERE, lag=97), 1),
        (Comparison(report=replace(factory.healthy(), ignored="by night"), source=HIDDEN), 3),
        (Comparison(report=replace(factory.behind(planned=False), ignored="by night"), source=THERE, lag=0), 0),
    ],
)
def test_exit_codes(one: Comparison, code: int) -> None:
    assert cutover(one).exit_code == code
    assert cutover(level(), one).exit_code == code


ALONE = Comparison(report=factory.healthy())
FEEDING, IDLE = factory.sequence(), factory.sequence(feeds=())


@pytest.mark.parametrize(
    ("found", "code", "said"),
    [
        (cutover(), 0, []),
        (cutover(level(), ALONE, missing=(IDLE,)), 0, []),
        (
            cutover(level(), missing=(IDLE, FEEDING)),
            3,
            [
                "on the source alone, feeding columns there: public.users_id_seq",
                "--map names what goes on from them, -T leaves them out",
            ],
        ),
        (cutover(ALONE), 3, [NOTHING]),
        (cutover(missing=(IDLE,)), 3, [NOTHING]),
        (cutover(ALONE, missing=(FEEDING,)), 3, [NOTHING]),
    ],
)
def test_what_has_no_counterpart(found: Cutover, code: int, said: list[str]) -> None:
    assert (found.exit_code, doubts(found, None)) == (code, said)
    out = io.StringIO()
    CutoverTable(Terminal(out), Detail(quiet=True)).database(found)
    assert out.getvalue().splitlines()[2:] == said


@pytest.mark.parametrize(
    ("read_only", "exempt", "others", "in_recovery", "said"),
    [
        (False, [], 0, False, "The source takes writes: run it once more when it is read-only."),
        (True, [], 2, False, "2 other sessions may still write"),
        (True, ["app", "b"], 0, False, "not for app, b, whose own "),
        (True, [], 0, False, "no other session is left there: this is its last word"),
        (True, [], 0, True, "The source is a standby"),
    ],
)
def test_whether_it_is_the_last_word(
    read_only: bool, exempt: list[str], others: int, in_recovery: bool, said: str
) -> None:
    instance = replace(OPEN, read_only=read_only, exempt=exempt, others=others)
    assert said in writers(replace(SOURCE, instance=instance, server=factory.server(in_recovery=in_recovery)))


def test_several_passes_as_one() -> None:
    result = WatchResult()
    assert result.cutover() is None
    for applied in (moved(3, 100), None, moved(100, 120), Applied(result="unchanged", reason="it has gone that far")):
        result.add(cutover(level(applied=applied)))
    result.add(cutover(level()))
    total = result.cutover()
    assert total is not None
    (one,) = total.comparisons
    assert one.report.applied == replace(moved(100, 120), before=Position(last_value=3, is_called=True))
    assert one.report.applied.undo == UNDO


def test_a_failure_after_a_move() -> None:
    failed = Applied(result="failed", reason="locked")
    result = WatchResult()
    for applied in (moved(3, 100), failed):
        result.add(cutover(level(applied=applied)))
    total = result.cutover()
    assert total is not None
    assert total.comparisons[0].report.applied == replace(moved(3, 100), result="failed", reason="locked"), (
        "what was moved before can be undone"
    )


def test_the_table() -> None:
    out = io.StringIO()
    behind = Comparison(report=factory.healthy(name="a"), source=THERE, lag=97, differences=("CACHE: 1, 20",))
    unseen = Comparison(report=SequenceReport(diagnosis=factory.diagnosis(3, name="b")), source=HIDDEN)
    CutoverTable(Terminal(out), Detail()).database(cutover(behind, unseen, level()))
    assert out.getvalue().splitlines() == [
        "old (PostgreSQL 14.23) → app (PostgreSQL 18.6)",
        "",
        "  Sequence  Next on source  Next on target  Behind  Status",
        "✗ public.a             101               4      97  behind",
        "    CACHE: 1, 20",
        "? public.b               ?               4       -  source not seen",
        "    no right to read it",
        "    GRANT SELECT",
        "",
        "The source takes writes: run it once more when it is read-only.",
        "1 not behind the source, 1 behind, 1 not compared; 3 in sync",
    ]
