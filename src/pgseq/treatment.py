"""Carrying out a plan: its steps side by side, told to the journal, each sequence read again, and all moves on disk
before any is told as done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Event

from pgseq.apply import apply, flush
from pgseq.catalog import read_fingerprint, read_sequences
from pgseq.config import Declared
from pgseq.crew import Crew
from pgseq.errors import ConnectionFailed, QueryFailed
from pgseq.journal import Journal
from pgseq.model import Applied, DatabaseReport, Examined, Reading, Sequence, Server, Step
from pgseq.reading import batches, budget, neighbourhood, read, read_batch
from pgseq.session import Limits, Session


@dataclass(frozen=True, slots=True, kw_only=True)
class Treated:
    """What became of a step, and its sequence read again afterwards; None where it could not be."""

    applied: Applied
    reading: Reading | None = None


def carry_out(
    crew: Crew,
    steps: list[Step],
    server: Server,
    limits: Limits,
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
        treated.update((one.sequence.oid, replace(treated[one.sequence.oid], reading=one)) for one in readings)

    by_oid = {step.sequence.oid: step for step in steps}
    in_order = sorted((step.sequence for step in steps), key=lambda sequence: sequence.oid)
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
    found: DatabaseReport,
    treated: Mapping[int, Treated],
    limits: Limits,
    declared: Iterable[Declared],
    judge: Callable[[Reading], Examined],
) -> dict[int, Examined]:
    """Each treated sequence as it was read after its step, by oid; one whose definition or feeds have changed since it
    was `found`, as it is read now. Nothing once the connection is lost: what was applied stands."""
    if not treated or any(one.applied.lost for one in treated.values()):
        return {}
    since = {oid: one.reading for oid, one in treated.items() if one.reading is not None}
    with ThreadPoolExecutor(1) as aside:
        asked = aside.submit(read_fingerprint, crew, found.server, limits, declared)
        examined = {oid: judge(one) for oid, one in since.items()}
    try:
        if asked.result() == found.catalog:
            return examined
        everything = read_sequences(crew, found.server, limits, declared)
        known = [one for one in everything if one.oid in treated]
        kept = {one.oid: examined[one.oid] for one in known if one.oid in since and since[one.oid].sequence == one}
        changed = [one for one in known if one.oid not in kept]
        return kept | {one.sequence.oid: judge(one) for one in read(crew, found.server, changed, limits)}
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
