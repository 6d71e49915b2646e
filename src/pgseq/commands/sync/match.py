"""Pairs each sequence of the target with those of the source that it continues from. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from msgspec import Struct

from pgseq.commands.sync.columns import Column, column
from pgseq.commands.sync.model import How
from pgseq.errors import ConfigError
from pgseq.model.configuration import Mapped
from pgseq.model.sequences import Sequence


class SourceCandidate(Struct, frozen=True, kw_only=True):
    """A sequence of the source, and how it was found."""

    sequence: Sequence
    how: How


def pair(
    targets: Iterable[Sequence], sources: Iterable[Sequence], mapped: Iterable[Mapped]
) -> dict[int, tuple[SourceCandidate, ...]]:
    """For each target sequence, by oid, the source sequences that it continues from: the mapped ones; else those that
    feed a column which it feeds, and the one of its schema and name, unless that feeds other columns instead."""
    known = {(sequence.schema, sequence.name): sequence for sequence in sources}
    by_map: dict[tuple[str, str], list[Sequence]] = defaultdict(list)
    for pair in mapped:
        if pair.source in known:
            by_map[pair.target].append(known[pair.source])
    feeding: dict[Column, list[Sequence]] = defaultdict(list)
    for sequence in known.values():
        for fed in map(column, sequence.feeds):
            feeding[fed].append(sequence)

    def candidates(sequence: Sequence) -> tuple[SourceCandidate, ...]:
        name = (sequence.schema, sequence.name)
        if name in by_map:
            return tuple(SourceCandidate(sequence=one, how="map") for one in by_map[name])
        feeding_same = {one.oid: one for fed in map(column, sequence.feeds) for one in feeding.get(fed, ())}
        namesake = known.get(name)
        # A table that was replaced by one of its name leaves the name of its sequence to the old one.
        if namesake is None or (feeding_same and namesake.feeds and namesake.oid not in feeding_same):
            return tuple(SourceCandidate(sequence=one, how="column") for one in feeding_same.values())
        others = (one for one in feeding_same.values() if one.oid != namesake.oid)
        return SourceCandidate(sequence=namesake, how="name"), *(
            SourceCandidate(sequence=one, how="column") for one in others
        )

    return {sequence.oid: candidates(sequence) for sequence in targets}


def refuse_unknown(mapped: Iterable[Mapped], known: Iterable[Sequence], *, on_source: bool) -> None:
    """Raises ConfigError where a map names a sequence that is not there."""
    names = {(sequence.schema, sequence.name) for sequence in known}
    for pair in mapped:
        name = pair.source if on_source else pair.target
        if name not in names:
            raise ConfigError(
                f"{'.'.join(name)}, which a map names, is not on the {'source' if on_source else 'target'}",
                "mend [tool.pgseq.map] or --map; mixed case is quoted as in SQL",
            )
