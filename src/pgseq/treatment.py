"""Carrying out a plan: its steps side by side, told to the journal, each sequence read again, and all moves on disk
before any is told as done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from threading import Event

from pgseq.apply import apply, flush
from pgseq.catalog import Mark, read_mark, read_sequences
from pgseq.config import Declared
from pgseq.crew import Crew
from pgseq.errors import ConnectionFailed, QueryFailed
from pgseq.journal import Journal
from pgseq.model import Reading, Sequence, Server
from pgseq.reading import batches, budget, neighbourhood, read, read_batch
from pgseq.reports import Examined
from pgseq.session import Limits, Session
from pgseq.steps import Applied, Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Treated:
    """What became of a step, and its sequence as it was read again afterwards; None where it could not be."""

    applied: Applied
    examined: Examined | None = None


def carry_out(
    crew: Crew,
    steps: list[Step],
    server: Server,
    limits: Limits,
    judge: Callable[[Reading], Examined],
    progress: Callable[[int, int], None],
    journal: Journal | None,
) -> dict[int, Treated]:
    """Take the steps and read their sequences again; what became of each, by oid."""
    treated: dict[int, Treated] = {}
    started: set[int] = set()
    lost = Event()

    def work(session: Session, sequences: list[Sequence]) -> None:
        group = [by_oid[sequence.oid] for sequence in sequences]
        if lost.is_set():
            treated.update((step.sequence.oid, _not_reached("the connection was lost")) for step in group)
            return
        started.update(step.sequence.oid for step in group)
        if journal is not None:
            journal.planned(server.database, group)
        taken = list(zip(group, apply(session, group, limits), strict=True))
        if journal is not None:
            journal.done(server.database, taken)
        treated.update((step.sequence.oid, Treated(applied=applied)) for step, applied in taken)
        if any(applied.lost for _, applied in taken):
            lost.set()
            return
        try:
            readings = read_batch(session, server, sequences, limits)
        except ConnectionFailed:
            lost.set()
            return
        for one in readings:
            treated[one.sequence.oid] = replace(treated[one.sequence.oid], examined=judge(one))

    by_oid = {step.sequence.oid: step for step in steps}
    # Those read last come first: of many tables, the server still has the last ones in its buffers.
    in_order = sorted((step.sequence for step in steps), key=lambda sequence: -sequence.oid)
    groups = list(batches(in_order, budget(server, crew.jobs)))
    try:
        for _ in crew.map(work, groups, near=neighbourhood):
            progress(len(treated), len(steps))
    except KeyboardInterrupt:
        for step in steps:
            known = "it may have moved or not" if step.sequence.oid in started else "not reached"
            treated.setdefault(step.sequence.oid, _not_reached(f"interrupted, {known}"))
    return _on_disk(crew.lead, treated)


def examined_since(
    crew: Crew,
    server: Server,
    first: Mark,
    treated: Mapping[int, Treated],
    limits: Limits,
    declared: Iterable[Declared],
    judge: Callable[[Reading], Examined],
) -> dict[int, Examined]:
    """Each treated sequence as it was read after its step, by oid; one whose definition or feeds have changed since the
    `first` mark of the catalog, as it is read now. Nothing once the connection is lost: what was applied stands."""
    if not treated or any(one.applied.lost for one in treated.values()):
        return {}
    since = {oid: one.examined for oid, one in treated.items() if one.examined is not None}
    try:
        if read_mark(crew.lead, limits, first) == first:
            return since
        known = [one for one in read_sequences(crew, server, limits, declared) if one.oid in treated]
        kept = {one.oid: since[one.oid] for one in known if one.oid in since and since[one.oid].sequence == one}
        changed = [one for one in known if one.oid not in kept]
        return kept | {one.sequence.oid: judge(one) for one in read(crew, server, changed, limits)}
    except ConnectionFailed:
        return {}


def _on_disk(session: Session, treated: dict[int, Treated]) -> dict[int, Treated]:
    """Wait until the moves are on disk; those that may not be are no longer told as moved."""
    moved = {oid: one.applied for oid, one in treated.items() if one.applied.result == "moved"}
    if not moved:
        return treated
    try:
        flush(session)
    except (ConnectionFailed, QueryFailed) as error:
        unsure = _not_reached(f"moved, but perhaps not on disk: {error.message}").applied
        return treated | {
            oid: Treated(applied=replace(one, result="failed", reason=unsure.reason, hint=unsure.hint, lost=True))
            for oid, one in moved.items()
        }
    return treated


def _not_reached(reason: str) -> Treated:
    hint = "run it again: what was done is not repeated"
    return Treated(applied=Applied(result="failed", reason=reason, hint=hint, lost=True))
