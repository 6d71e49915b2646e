"""Carrying out a plan: its steps side by side, each told to the journal, all on disk before any is told as done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from threading import Event

from pgseq.apply import apply, flush
from pgseq.crew import Crew
from pgseq.errors import ConnectionFailed, QueryFailed
from pgseq.journal import Journal
from pgseq.model import Applied, Server, Step
from pgseq.session import Limits, Session


def carry_out(
    crew: Crew,
    steps: list[Step],
    server: Server,
    limits: Limits,
    progress: Callable[[int, int], None],
    journal: Journal | None,
) -> dict[int, Applied]:
    """Take the steps; what became of each, by oid."""
    applied: dict[int, Applied] = {}
    started: set[int] = set()
    lost = Event()

    def work(session: Session, step: Step) -> tuple[Step, Applied]:
        if lost.is_set():
            return step, _not_reached("the connection was lost")
        started.add(step.sequence.oid)
        if journal is not None:
            journal.planned(server.database, step)
        result = apply(session, step, limits)
        if journal is not None:
            journal.done(server.database, step, result)
        if result.lost:
            lost.set()
        return step, result

    try:
        for step, result in crew.map(work, steps):
            applied[step.sequence.oid] = result
            progress(len(applied), len(steps))
    except KeyboardInterrupt:
        for step in steps:
            known = "it may have moved or not" if step.sequence.oid in started else "not reached"
            applied.setdefault(step.sequence.oid, _not_reached(f"interrupted, {known}"))
    return _on_disk(crew.lead, applied)


def _on_disk(session: Session, applied: dict[int, Applied]) -> dict[int, Applied]:
    """Wait until the moves are on disk; those that may not be are no longer told as moved."""
    if not any(one.result == "moved" for one in applied.values()):
        return applied
    try:
        flush(session)
    except (ConnectionFailed, QueryFailed) as error:
        unsure = _not_reached(f"moved, but perhaps not on disk: {error.message}")
        return {
            oid: replace(one, result="failed", reason=unsure.reason, hint=unsure.hint, lost=True)
            if one.result == "moved"
            else one
            for oid, one in applied.items()
        }
    return applied


def _not_reached(reason: str) -> Applied:
    return Applied(result="failed", reason=reason, hint="run pgseq fix again: what was done is not repeated", lost=True)
