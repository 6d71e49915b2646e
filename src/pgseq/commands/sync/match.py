"""Which sequence of the source one of the target goes on from. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from pgseq.commands.sync.columns import Column, column
from pgseq.commands.sync.model import How
from pgseq.config import Mapped
from pgseq.errors import ConfigError
from pgseq.model.sequences import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A sequence of the source, and how it was found."""

    sequence: Sequence
    how: How


def pair(
    ours: Iterable[Sequence], theirs: Iterable[Sequence], mapped: Iterable[Mapped]
) -> dict[int, tuple[Candidate, ...]]:
    """For each of our sequences, by oid, those of theirs that it goes on from: the mapped ones; else those that feed a
    column which it feeds, and the one of its schema and name, unless that feeds other columns instead."""
    known = {(sequence.schema, sequence.name): sequence for sequence in theirs}
    given: dict[tuple[str, str], list[Sequence]] = defaultdict(list)
    for one in mapped:
        if one.source in known:
            given[one.target].append(known[one.source])
    feeding: dict[Column, list[Sequence]] = defaultdict(list)
    for sequence in known.values():
        for fed in map(column, sequence.feeds):
            feeding[fed].append(sequence)

    def candidates(sequence: Sequence) -> tuple[Candidate, ...]:
        name = (sequence.schema, sequence.name)
        if name in given:
            return tuple(Candidate(sequence=one, how="map") for one in given[name])
        found = {one.oid: one for fed in map(column, sequence.feeds) for one in feeding.get(fed, ())}
        namesake = known.get(name)
        # A table that was replaced by one of its name leaves the name of its sequence to the old one.
        if namesake is None or (found and namesake.feeds and namesake.oid not in found):
            return tuple(Candidate(sequence=one, how="column") for one in found.values())
        others = (one for one in found.values() if one.oid != namesake.oid)
        return Candidate(sequence=namesake, how="name"), *(Candidate(sequence=one, how="column") for one in others)

    return {sequence.oid: candidates(sequence) for sequence in ours}


def refuse_unknown(mapped: Iterable[Mapped], known: Iterable[Sequence], *, on_source: bool) -> None:
    """Raises ConfigError where a map names a sequence that is not there."""
    names = {(sequence.schema, sequence.name) for sequence in known}
    for one in mapped:
        name = one.source if on_source else one.target
        if name not in names:
            raise ConfigError(
                f"{'.'.join(name)}, which a map names, is not on the {'source' if on_source else 'target'}",
                "mend [tool.pgseq.map] or --map; mixed case is quoted as in SQL",
            )
